import { recipientKey } from "../values/parse-recipient.ts";
import { statusOfCode } from "../values/outcome.ts";
import type { ForcedOutcome } from "../values/outcome.ts";
import type { FaultAction } from "./fault.ts";

/** What an `outcome` decides for the recipients of the batch that it strikes. */
export function forcedOutcome(action: Extract<FaultAction, { kind: "outcome" }>): ForcedOutcome {
  const { code, status, recipients, share, after_ms: afterMs } = action;
  return {
    recipients: recipients === undefined ? undefined : new Set(recipients.map((recipient) => recipientKey(recipient))),
    share: share ?? 1,
    status: status ?? statusOfCode(code),
    code,
    afterMs,
  };
}
