import type { Refusal } from "./refusal.ts";

/** What an endpoint answers, before any fault changes it. A body is JSON text; none means an empty one. */
export interface Answer {
  readonly status: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer with a JSON body. */
export function jsonAnswer(status: number, body: unknown): Answer {
  return { status, body: JSON.stringify(body) };
}

/** The answer to a request that was not accepted: `{ code, text }`. */
export function refusalAnswer(refusal: Refusal): Answer {
  return jsonAnswer(refusal.status, { code: refusal.code, text: refusal.text });
}
