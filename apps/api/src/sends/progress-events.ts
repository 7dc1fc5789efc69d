import { createHash } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { ProducerError, type SendStatus } from "@volley/producer";
import { ApiProblem } from "../terms/api-problem.ts";
import { STEP_MS } from "./share-readings.ts";

/** After so long without an event there is a comment, in milliseconds: proxies end what is silent. */
const HEARTBEAT_MS = 15_000;

/** After how long a client comes back, in milliseconds. */
const RETRY_MS = 2_000;

/** The ID of the last event. */
export const SETTLED = "settled";

/** What a stream of events follows. */
export type Followed = {
  /** What was read before the stream began. */
  readonly first: SendStatus;
  /** The ID of the last event that was seen. */
  readonly seen: string | undefined;
  readonly read: () => Promise<SendStatus | null>;
  /** @throws ApiProblem when the key is no longer good */
  readonly lookAtKey: () => Promise<unknown>;
  /** Ends the stream. */
  readonly end: AbortSignal;
};

export function hasEnded({ state }: Pick<SendStatus, "state">): boolean {
  return state === "settled" || state === "failed";
}

/** Every change as an event, as fast as they are taken; the last one is `settled`. */
export async function* progressEvents({ first, seen, read, lookAtKey, end }: Followed): AsyncGenerator<string> {
  yield `retry: ${RETRY_MS}\n\n`;
  let last = seen;
  let saidAt = performance.now();
  let status: SendStatus | "away" | null = first;
  while (status !== null && !end.aborted) {
    const event = status === "away" ? null : eventOf(status);
    if (event && event.id !== last) {
      yield event.text;
      last = event.id;
      saidAt = performance.now();
      if (last === SETTLED) return;
    } else if (performance.now() - saidAt >= HEARTBEAT_MS) {
      yield ":\n\n";
      saidAt = performance.now();
    }
    await pause(STEP_MS, undefined, { signal: end }).catch(() => {});
    if (!end.aborted) status = await readAgain(read, lookAtKey);
  }
}

/** @returns `null` when nothing more is to be said, `"away"` while Redis does not answer: whoever follows waits for it */
async function readAgain(read: Followed["read"], look: Followed["lookAtKey"]): Promise<SendStatus | "away" | null> {
  try {
    await look();
    return await read();
  } catch (error) {
    if (error instanceof ApiProblem) return null;
    if (error instanceof ProducerError) return error.code === "VOLLEY_PRODUCER_CLOSED" ? null : "away";
    throw error;
  }
}

/** The ID says what was seen and not when, so that every process knows it. An estimate that moves alone is no change. */
function eventOf({ eta, result, ...status }: SendStatus): { readonly id: string; readonly text: string } {
  const counts = result && { state: result.state, region: result.region, recipients: result.recipients };
  const known = { ...status, result: counts };
  const isEnd = hasEnded(status);
  const digest = createHash("sha256").update(JSON.stringify(known)).digest("base64url").slice(0, 16);
  const id = isEnd ? SETTLED : digest;
  const data = JSON.stringify({ ...known, eta });
  return { id, text: `event: ${isEnd ? SETTLED : "progress"}\nid: ${id}\ndata: ${data}\n\n` };
}
