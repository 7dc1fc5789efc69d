import type { ProducerErrorCode } from "@volley/producer";

/** What a problem is answered with. */
export type ProblemTerms = {
  readonly status: number;
  readonly title: string;
  /** In how many seconds it may be tried again; left out where that does not help. */
  readonly retryAfterS?: number;
};

const OWN = {
  malformed_request: { status: 400, title: "The request cannot be read" },
  malformed_json: { status: 400, title: "The body is no JSON" },
  invalid_request: { status: 400, title: "Something in the request is wrong" },
  invalid_list: { status: 400, title: "The list of recipients cannot be read" },
  body_incomplete: { status: 400, title: "The body has not come to its end" },
  idempotency_key_missing: { status: 400, title: "There is no idempotency key" },
  key_missing: { status: 401, title: "There is no key" },
  key_unknown: { status: 401, title: "There is no such key" },
  key_expired: { status: 401, title: "The key has expired" },
  key_revoked: { status: 401, title: "The key was revoked" },
  scope_missing: { status: 403, title: "The key is not for that" },
  region_not_allowed: { status: 403, title: "The key is not for that region" },
  sender_not_allowed: { status: 403, title: "The key is not for that sender" },
  not_found: { status: 404, title: "There is no such path" },
  method_not_allowed: { status: 405, title: "The path does not take that method" },
  request_timeout: { status: 408, title: "The request took too long to arrive" },
  body_too_large: { status: 413, title: "The body is too large" },
  unsupported_media_type: { status: 415, title: "The path does not take that type of body" },
  region_not_served: { status: 422, title: "No worker has ever worked on the region" },
  invalid_lines: { status: 422, title: "Lines of the list are wrong" },
  rate_limited: { status: 429, title: "The key has made too many requests" },
  daily_limit_reached: { status: 429, title: "The key has sent to as many as it may on a day" },
  too_many_streams: { status: 429, title: "The key has too many streams open", retryAfterS: 5 },
  headers_too_large: { status: 431, title: "The headers are too large" },
  internal_error: { status: 500, title: "Something went wrong here" },
} as const satisfies Record<string, ProblemTerms>;

const AGAIN = { status: 503, retryAfterS: 1 } as const;

/** A record and not a list, so that the compiler asks for a new code here, too. */
const OF_PRODUCER: Record<ProducerErrorCode | "VOLLEY_INVALID_SEND", ProblemTerms> = {
  VOLLEY_INVALID_SEND: { status: 400, title: "The send is wrong" },
  VOLLEY_INVALID_REGION: { status: 400, title: "No region has that name" },
  VOLLEY_INVALID_ROUTES: { status: 400, title: "There are no routes for region auto" },
  VOLLEY_INVALID_IDEMPOTENCY_KEY: { status: 400, title: "That is no idempotency key" },
  VOLLEY_IDEMPOTENCY_CONFLICT: { status: 422, title: "The idempotency key was used for something else" },
  VOLLEY_DUPLICATES: { status: 409, title: "Somebody got the same text a while ago" },
  VOLLEY_REDIS_UNAVAILABLE: { ...AGAIN, title: "Redis does not answer" },
  VOLLEY_REDIS_REFUSED: { ...AGAIN, retryAfterS: 60, title: "Redis will not do what it is asked for" },
  VOLLEY_REDIS_FULL: { ...AGAIN, retryAfterS: 60, title: "Redis holds as much as it may" },
  VOLLEY_UNKNOWN_SEND: { status: 404, title: "There is no such send" },
  VOLLEY_SEND_NOT_SETTLED: { status: 409, title: "The send has not ended yet" },
  VOLLEY_NOBODY_LEFT: { status: 409, title: "Nobody is left whom this could be done for" },
  VOLLEY_WORKER_SILENT: { ...AGAIN, title: "No worker has answered in time" },
  VOLLEY_TOO_MANY_WAITING: { ...AGAIN, title: "Too many messages wait to be queued" },
  VOLLEY_INVALID_CURSOR: { status: 400, title: "The cursor is of no page" },
  VOLLEY_INVALID_LIMIT: { status: 400, title: "A limit cannot be that" },
  VOLLEY_INVALID_ENDPOINT: { status: 400, title: "The webhook cannot be that" },
  VOLLEY_UNKNOWN_ENDPOINT: { status: 404, title: "There is no such webhook" },
  VOLLEY_TOO_MANY_ENDPOINTS: { status: 409, title: "There are as many webhooks as may be" },
  VOLLEY_ENDPOINT_DISABLED: { status: 409, title: "The webhook is disabled" },
  VOLLEY_RELAY_SILENT: { ...AGAIN, title: "Nobody who delivers events has answered in time" },
  VOLLEY_INVALID_SUPPRESSION: { status: 400, title: "The suppression cannot be that" },
  VOLLEY_SUPPRESSION_SECRET: { ...AGAIN, retryAfterS: 60, title: "The suppression list has another secret" },
  VOLLEY_SUPPRESSION_UNREADABLE: { ...AGAIN, retryAfterS: 60, title: "The suppression list cannot be read" },
  VOLLEY_SUPPRESSION_UNCONFIRMED: { ...AGAIN, title: "Too few replicas have the change" },
  VOLLEY_INVALID_API_KEY: { status: 400, title: "A key cannot be that" },
  VOLLEY_UNKNOWN_API_KEY: { status: 404, title: "There is no such key" },
  VOLLEY_TOO_MANY_API_KEYS: { status: 409, title: "There are as many keys as may be" },
  VOLLEY_PRODUCER_CLOSED: { ...AGAIN, title: "The process is about to end" },
};

/** Every code that a problem may have, with what it is answered with. Whoever adds a route adds its own ones here. */
export const PROBLEMS = { ...OWN, ...OF_PRODUCER } as const;

/** One of {@link PROBLEMS}. */
export type ProblemCode = keyof typeof PROBLEMS;

export function isProblemCode(code: unknown): code is ProblemCode {
  return typeof code === "string" && Object.hasOwn(PROBLEMS, code);
}
