import { forbidden, invalidJson, unknownGroup } from "../values/refusal.ts";
import type { Refusal } from "../values/refusal.ts";
import { checkContent, checkUrl } from "./check-content.ts";
import { checkRecipients } from "./check-recipients.ts";
import type { Recipients } from "./check-recipients.ts";
import { checkSender } from "../values/check-sender.ts";
import { checkTimes } from "./check-times.ts";
import type { Schedule, Window } from "./check-times.ts";
import { checkBoolean, checkOneOf, checkText, isAbsent, isFields } from "../values/fields.ts";
import type { Fields } from "../values/fields.ts";

/** Sinch's current limit; its documents of 2021 said 128. */
const MAX_CLIENT_REFERENCE_CHARACTERS = 2_048;

const DELIVERY_REPORTS = ["none", "summary", "full", "per_recipient", "per_recipient_final"];

/** What the answer to "may this batch be sent?" depends on, besides the batch. */
export interface BatchRules {
  readonly nowMs: number;
  /** Whether `from` may be left out. */
  readonly hasDefaultOriginator: boolean;
  /** Whether the plan has a URL for reports of batches that name none. */
  readonly hasDefaultCallbackUrl: boolean;
  /** Whether a group exists in the plan. */
  readonly knowsGroup: (id: string) => boolean;
  /** Of the batch that is updated; undefined for a new one. */
  readonly schedule?: Schedule;
}

/** A batch that Sinch would accept. */
export interface CheckedBatch {
  readonly fields: Fields;
  readonly recipients: Recipients;
  readonly window: Window;
}

/**
 * Checks the body of `POST /batches` against Sinch's rules, and stops at the first one it breaks.
 *
 * The codes are Sinch's; only the words about recipients, callback URLs and booleans are known to be, too.
 */
export function checkBatch(body: unknown, rules: BatchRules): CheckedBatch | Refusal {
  if (!isFields(body)) return invalidJson("The body must be a JSON object.");
  const recipients = checkRecipients(body["to"]);
  if ("code" in recipients) return recipients;
  const refusal =
    checkSender(body["from"], rules.hasDefaultOriginator) ??
    checkContent(body) ??
    checkText(body, "client_reference", MAX_CLIENT_REFERENCE_CHARACTERS) ??
    checkOneOf(body, "delivery_report", DELIVERY_REPORTS) ??
    checkBoolean(body, "feedback_enabled") ??
    checkUrl(body, "callback_url");
  if (refusal !== undefined) return refusal;
  const window = checkTimes(body, rules.nowMs, rules.schedule);
  if ("code" in window) return window;
  const unknown = recipients.groups.find((id) => !rules.knowsGroup(id));
  if (unknown !== undefined) return unknownGroup(unknown);
  return checkCallback(body, rules) ?? { fields: body, recipients, window };
}

function checkCallback(fields: Fields, { hasDefaultCallbackUrl }: BatchRules): Refusal | undefined {
  const wantsReport = !isAbsent(fields, "delivery_report") && fields["delivery_report"] !== "none";
  if (!wantsReport || hasDefaultCallbackUrl || !isAbsent(fields, "callback_url")) return undefined;
  return forbidden("missing_callback_url", "Requesting delivery report without any callback URL.");
}
