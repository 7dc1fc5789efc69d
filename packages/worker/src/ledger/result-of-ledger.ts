import {
  addCounts,
  gravestState,
  isForgotten,
  type KeptLedger,
  type Ledger,
  LIMITS,
  noRecipients,
  originalIndex,
  type PartFailure,
  type RecipientCounts,
  type Recipients,
  type RejectedRecipient,
  type SendResult,
  type SendState,
  type Rejection,
  type Unsent,
  wrongRecipient,
} from "@volley/contract";
import { closeAll, type Ending, nobodies } from "./ledger.ts";

/**
 * The result of a send of at most 1,000 recipients, once nothing of it is pending.
 *
 * @param part - the part's index, 0 for a send that was not split
 */
export function resultOfLedger(region: string, part: number, recipients: Recipients, ledger: Ledger): SendResult {
  const counts = {
    ...noRecipients(recipients.requested),
    duplicate: recipients.duplicate,
    rejected: recipients.rejected,
  };
  return {
    state: stateOf(ledger),
    region,
    recipients: addCounts(counts, countsOfLedger(ledger)),
    batches: ledger.batches.map((batch) => ({ ...batch, part })),
    rejected: rejectedOf(recipients, ledger),
    errors: errorsOf(part, ledger),
  };
}

/** How those ended who are not pending; `requested` is left at nobody. */
export function countsOfLedger({ batches, failures, rejected, suppressed }: Ledger): RecipientCounts {
  const counts = noRecipients(0);
  for (const batch of batches) counts.accepted += batch.recipients;
  for (const failure of failures) counts[failure.ending] += failure.recipients.length;
  counts.rejected += rejected.length;
  counts.suppressed += suppressed.flat().length;
  return counts;
}

/**
 * The result of a send or part of which its ledger alone is left: what was decided stands, and whoever was not sent to yet
 * ends in the same way.
 */
export function resultOfKept(
  region: string,
  part: number,
  { subject: { people, duplicate, rejected }, ledger }: KeptLedger,
  ending: Exclude<Ending, { kind: "accepted" }>,
): SendResult {
  const accepted = nobodies(people);
  const requested = people + duplicate + rejected;
  const recipients = { requested, accepted, duplicate, rejected, rejections: [], skipped: [] };
  return resultOfLedger(region, part, recipients, closeAll({ ...ledger, people: accepted }, ending));
}

/** Whom the send has not reached, as far as that is known; `null` when it reached everybody that it could. */
export function unsentOf(ledger: Ledger): Omit<Unsent, "parameters"> | null {
  const of = (isUnknown: boolean): string[] =>
    ledger.failures
      .filter(({ ending }) => (ending === "unknown") === isUnknown)
      .flatMap((failure) => failure.recipients);
  const unsent = { certain: [...ledger.rejected.map(({ recipient }) => recipient), ...of(false)], unknown: of(true) };
  return unsent.certain.length + unsent.unknown.length > 0 ? unsent : null;
}

/** `accepted` when nobody was rejected, `partial` when somebody was and somebody was not, else the gravest. */
function stateOf({ batches, failures, rejected }: Ledger): SendState {
  const endings = new Set<SendState>(failures.map(({ ending }) => ending));
  if (rejected.length > 0) endings.add("rejected");
  if (endings.size === 0) return "accepted";
  if (batches.length > 0) return "partial";
  return gravestState(endings);
}

function rejectedOf(recipients: Recipients, ledger: Ledger): SendResult["rejected"] {
  const { rejections, skipped, duplicate, rejected } = recipients;
  // Of a staged list, nobody knows which entries were left out of it.
  const isKnown = skipped.length === duplicate + rejected;
  const named = (
    { recipient, place }: { readonly recipient: string; readonly place: number },
    reason: string,
    by: RejectedRecipient["by"],
  ): RejectedRecipient => ({ recipient, ...(isKnown && { index: originalIndex(place, skipped) }), reason, by });
  return [
    ...rejectedByVolley(rejections),
    ...ledger.rejected.map((each) => named(each, each.code, "provider")),
    ...ledger.suppressed
      .flat()
      .map((each) => named(each, isForgotten(each.recipient) ? FORGOTTEN : OPTED_OUT, "volley")),
  ].slice(0, LIMITS.rejectedInResult);
}

/** Why somebody is not texted who is on the suppression list. */
const OPTED_OUT = "opted_out";
/** Why nobody is texted in place of somebody who was forgotten. */
const FORGOTTEN = "forgotten";

/** One entry per lot that failed as a whole, and one for all recipients who were rejected with the same words. */
function errorsOf(part: number, { failures, rejected }: Ledger): PartFailure[] {
  const byCode = new Map<string, PartFailure>();
  for (const { code, text } of rejected) {
    const entry = byCode.get(code) ?? { part, code, text, recipients: 0, state: "rejected" };
    byCode.set(code, { ...entry, recipients: entry.recipients + 1 });
  }
  return [
    ...failures.map(({ code, text, recipients, ending }) => {
      return { part, code, text, recipients: recipients.length, state: ending };
    }),
    ...byCode.values(),
  ];
}

/** Recipients whom Volley itself has rejected, as a result names them. */
export function rejectedByVolley(rejections: readonly Rejection[]): RejectedRecipient[] {
  return rejections.map(({ index, recipient, reason }) => ({
    recipient,
    index,
    reason: reason ?? wrongRecipient(recipient) ?? "invalid_msisdn",
    by: "volley",
  }));
}
