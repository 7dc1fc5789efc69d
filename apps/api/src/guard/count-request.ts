import type { ApiKey, LimitLook } from "@volley/keys";
import type { KeyControl } from "@volley/producer";
import { ApiProblem } from "../terms/api-problem.ts";
import type { ProblemCode } from "../terms/problem-codes.ts";

/**
 * Counts a request of a key that has a limit per minute.
 *
 * @returns the headers that tell how the key stands to it
 * @throws ApiProblem `rate_limited`
 */
export async function countRequest(key: ApiKey, keys: KeyControl): Promise<Readonly<Record<string, string>>> {
  if (key.per_minute === null) return {};
  const look = await keys.countRequest(key);
  if (look === null) return {};
  if (look.isOver) throw over("rate_limited", `the key may make ${count(look.limit, "request")} within a minute`, look);
  return headersOf(look);
}

/** @throws ApiProblem `daily_limit_reached` where a try of a request has not got the recipients that it needs */
export function requireLeft(look: LimitLook & { readonly more: number }): void {
  if (!look.isOver) return;
  const left = `${look.left.toLocaleString("en")} of ${count(look.limit, "recipient")} are left for today (UTC)`;
  throw over("daily_limit_reached", `${left}, and the request needs ${look.more.toLocaleString("en")}`, look);
}

function over(code: ProblemCode, detail: string, look: LimitLook): ApiProblem {
  return new ApiProblem(code, detail, { headers: { ...headersOf(look), "retry-after": seconds(look.resetMs) } });
}

function headersOf({ limit, left, resetMs }: LimitLook): Record<string, string> {
  return {
    "ratelimit-limit": String(limit),
    "ratelimit-remaining": String(left),
    "ratelimit-reset": seconds(resetMs),
  };
}

function seconds(ms: number): string {
  return String(Math.max(1, Math.ceil(ms / 1_000)));
}

function count(number: number, noun: string): string {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}
