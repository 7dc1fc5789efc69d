import { gravestState, type SendResult, type SendState } from "@volley/contract";

/**
 * The state of a result whose counts have changed since it was settled, of a part or of a send that was not split:
 * `accepted` when nothing went wrong, `partial` when something did and somebody was accepted, else the gravest.
 *
 * Recipients whom Volley itself has rejected change no state. They are those who were in no batch and in no error.
 */
export function stateOfResult({ recipients, batches, errors }: Omit<SendResult, "state">): SendState {
  const { requested, duplicate, suppressed, accepted, rejected } = recipients;
  const handedOver = [...batches, ...errors].reduce((sum, each) => sum + each.recipients, 0);
  const byVolley = requested - duplicate - suppressed - handedOver;
  const counts = { ...recipients, rejected: rejected - byVolley };
  const states = (["unknown", "rejected", "canceled", "expired"] as const).filter((state) => counts[state] > 0);
  if (states.length === 0) return "accepted";
  return accepted > 0 ? "partial" : gravestState(new Set(states));
}
