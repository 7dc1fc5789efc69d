import { invalidRecipient } from "../check/check-recipients.ts";
import { isFields } from "../values/fields.ts";
import { recipientKey } from "../values/parse-recipient.ts";
import type { Call } from "../calls/call.ts";
import { constraintViolation } from "../values/refusal.ts";
import type { Refusal } from "../values/refusal.ts";

/**
 * The refusal of a batch that holds a recipient Sinch would not take.
 *
 * @param named - whether the text says which entry of `to` it is; otherwise it names nobody
 */
export function rejectRecipients(recipients: readonly string[], named: boolean): (call: Call) => Refusal {
  const rejected = new Set(recipients.map((recipient) => recipientKey(recipient)));
  return (call) => {
    const body = call.body.isJson ? call.body.value : undefined;
    const to: unknown = isFields(body) ? body["to"] : [];
    const entries = Array.isArray(to) ? to.map(String) : [];
    const index = entries.findIndex((entry) => rejected.has(recipientKey(entry)));
    if (named) return invalidRecipient(index, entries[index] ?? "");
    return constraintViolation("The batch contains a recipient that cannot be sent to.");
  };
}
