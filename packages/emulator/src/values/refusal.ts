/** Why a request was not accepted: Sinch's `{ code, text }` under 400 or 403. */
export interface Refusal {
  readonly status: 400 | 403;
  readonly code: string;
  readonly text: string;
}

/** 400: the JSON cannot be read, or a field has another type than the schema's. */
export function invalidJson(text: string): Refusal {
  return { status: 400, code: "syntax_invalid_json", text };
}

/** 400: a field's text has a wrong form. */
export function invalidFormat(text: string): Refusal {
  return { status: 400, code: "syntax_invalid_parameter_format", text };
}

/** 400: a field is missing, too long, or contradicts another one. */
export function constraintViolation(text: string): Refusal {
  return { status: 400, code: "syntax_constraint_violation", text };
}

/** 403: the request is well-formed, and cannot be done. The codes are Sinch's. */
export function forbidden(code: ForbiddenCode, text: string): Refusal {
  return { status: 403, code, text };
}

/** What Sinch says with a 403. */
type ForbiddenCode =
  "unknown_group" | "missing_callback_url" | "batch_already_dispatched" | "conflict_group_name" | "conflict_send_at";

/** 403: a group that does not exist in this plan. */
export function unknownGroup(id: string): Refusal {
  return forbidden("unknown_group", `The group '${id}' does not exist.`);
}
