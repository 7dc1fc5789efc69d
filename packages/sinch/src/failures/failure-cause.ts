import type { Failure } from "./outcome.ts";

const CODES = [
  "unknown_host",
  "dns_failed",
  "wrong_certificate",
  "connect_failed",
  "connection_lost",
  "timeout",
  "too_late",
  "token_refused",
  "token_throttled",
  "token_unavailable",
] as const;

const STATUSES = [401, 402, 403, 404, 407, 408, 429, 500, 502, 503, 504] as const;

/** Why a request got no usable answer, in few enough words for the label of a metric. */
export type FailureCause = (typeof CODES)[number] | `http_${(typeof STATUSES)[number]}` | "http_other" | "other";

/** Every cause that there is. */
export const FAILURE_CAUSES: readonly FailureCause[] = [
  ...CODES,
  ...STATUSES.map((status) => `http_${status}` as const),
  "http_other",
  "other",
];

/**
 * The cause of a failure. The code of an answer is the provider's own and may be any; its status is not.
 *
 * @returns `null` for a refusal of what the request says: nothing has failed then
 */
export function failureCause({ kind, code, status }: Failure): FailureCause | null {
  if (kind === "rejected") return null;
  const byCode = CODES.find((each) => each === code);
  if (byCode) return byCode;
  if (status === undefined) return "other";
  const byStatus = STATUSES.find((each) => each === status);
  return byStatus ? `http_${byStatus}` : "http_other";
}
