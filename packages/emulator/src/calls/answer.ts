import type { Refusal } from "../values/refusal.ts";
import { withoutNulls } from "../values/without-nulls.ts";

/** What an endpoint answers, before any fault changes it. A body is JSON text; none means an empty one. */
export interface Answer {
  readonly status: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** What it waits for, a while at most. */
  readonly after?: Promise<unknown>;
}

/** An answer with a JSON body. Sinch leaves nulls out of responses, so they are left out at every depth. */
export function jsonAnswer(status: number, body: unknown): Answer {
  const json = JSON.stringify(body);
  // Searching the text costs next to nothing; walking through a thousand parameters takes longer than writing them.
  return { status, body: json.includes("null") ? JSON.stringify(withoutNulls(body)) : json };
}

/** The answer to a request that was not accepted: `{ code, text }`. */
export function refusalAnswer(refusal: Refusal): Answer {
  return jsonAnswer(refusal.status, { code: refusal.code, text: refusal.text });
}
