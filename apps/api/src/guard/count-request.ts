import type { ApiKey, LimitLook, Reserved } from "@volley/keys";
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

/**
 * Takes recipients from those that a key may send to on a day. Whoever enqueues nothing, or less, gives them back.
 *
 * @throws ApiProblem `daily_limit_reached`
 */
export async function reserve(key: ApiKey, recipients: number, keys: KeyControl): Promise<Reserved | null> {
  if (key.per_day === null) return null;
  const reserved = await keys.reserve(key, recipients);
  if (!reserved?.isOver) return reserved;
  const left = `${reserved.left.toLocaleString("en")} of ${count(reserved.limit, "recipient")} are left for today (UTC)`;
  throw over("daily_limit_reached", `${left}, and the request has ${recipients.toLocaleString("en")}`, reserved);
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
