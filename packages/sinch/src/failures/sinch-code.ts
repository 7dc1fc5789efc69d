/** A code of an error body: the status that it comes with, and what it says. */
type CodeMeaning = { readonly status: number; readonly meaning: string };

/**
 * The codes that Sinch publishes (sinch-facts 5.3). More may be added at any time: a code that is not here passes
 * through, and the status alone decides what it means for a send.
 */
export const SINCH_CODES = {
  syntax_invalid_json: { status: 400, meaning: "the body is not JSON or not as the API describes it" },
  syntax_invalid_parameter_format: { status: 400, meaning: "a field has the wrong format, for example a number" },
  syntax_constraint_violation: { status: 400, meaning: "a field is missing, too long or holds too many items" },
  unknown_group: { status: 403, meaning: "there is no group with this ID, or no longer" },
  missing_callback_url: { status: 403, meaning: "a delivery report is asked for and there is no URL to send it to" },
  illegal_number_type: { status: 403, meaning: "this type of number is not allowed in the region" },
  llegal_number_type: { status: 403, meaning: "illegal_number_type, as the guide once spelt it" },
  blocked_account: { status: 403, meaning: "the account is blocked" },
  batch_already_dispatched: { status: 403, meaning: "the batch is being sent and can no longer be changed" },
  conflict_group_name: { status: 403, meaning: "another group has this name" },
  conflict_send_at: { status: 403, meaning: "the message was sent and can no longer be canceled" },
  unknown_campaign: { status: 403, meaning: "there is no such campaign (withdrawn in 2021)" },
} as const satisfies Readonly<Record<string, CodeMeaning>>;

/** A code that Sinch publishes. */
export type SinchCode = keyof typeof SINCH_CODES;

/** Whether a failure's code is one that Sinch publishes. */
export function isSinchCode(code: string): code is SinchCode {
  return Object.hasOwn(SINCH_CODES, code);
}
