import type { Call } from "../calls/call.ts";
import { TOKEN_PATH } from "../tokens/token-store.ts";
import type { Fault, FaultAction } from "./fault.ts";

/** Whether a fault is meant for this request. */
export function matches(fault: Fault, call: Call): boolean {
  // A fault for "every request" is meant for the SMS API; the token server is struck by name only.
  if (call.path === TOKEN_PATH && fault.match?.path === undefined) return false;
  return concerns(fault.action, call) && (fault.match === undefined || fits(fault.match, call));
}

function fits(match: NonNullable<Fault["match"]>, call: Call): boolean {
  if (match.method !== undefined && match.method.toUpperCase() !== call.method) return false;
  if (match.path !== undefined && !call.url.includes(match.path)) return false;
  if (match.plan !== undefined && match.plan !== call.plan) return false;
  if (match.client_reference !== undefined && !call.clientReference?.includes(match.client_reference)) return false;
  return match.recipient === undefined || call.hasRecipient(match.recipient);
}

/** Some actions make sense for sends only; on other requests they are not used up. */
function concerns(action: FaultAction, call: Call): boolean {
  if (action.kind !== "late_listing" && action.kind !== "reject_recipients" && action.kind !== "outcome") return true;
  if (call.method !== "POST" || !call.path.endsWith("/batches")) return false;
  if (action.kind === "late_listing" || action.recipients === undefined) return true;
  return action.recipients.some((recipient) => call.hasRecipient(recipient));
}
