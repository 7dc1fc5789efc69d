import { ProducerError } from "@volley/producer";
import { InterruptedError } from "./interrupted-error.ts";
import { isInterruption, unlessInterrupted } from "./unless-interrupted.ts";

/** Something that is asked of a worker, which may take its time to answer. */
export type Request<T> = {
  /**
   * Writes it down, waits for the answer, and may be called again.
   *
   * @param wait - how long to wait for it
   */
  readonly ask: (wait: { readonly waitMs?: number }) => Promise<T>;
  /** What is true when it is written down and nobody waits for the answer. */
  readonly truth: string;
};

/** Long enough to read an answer that is there, in milliseconds. */
const LAST_LOOK_MS = 50;

/** What the producer says of a request that is written down, and has no answer yet. */
const WRITTEN_DOWN = /it will be done$/;

/**
 * Waits for an answer until somebody interrupts it. Then it is asked for once more without waiting: an answer that is there
 * by now is the outcome, and if there is none it is certain that the request is written down.
 *
 * @throws InterruptedError with the exit code of the signal
 */
export async function askUnlessInterrupted<T>(signal: AbortSignal, { ask, truth }: Request<T>): Promise<T> {
  try {
    return await unlessInterrupted(signal, ask({}));
  } catch (error) {
    if (!isInterruption(error, signal)) throw error;
  }
  try {
    return await ask({ waitMs: LAST_LOOK_MS });
  } catch (error) {
    throw isWrittenDown(error) ? new InterruptedError(signal.reason, truth) : error;
  }
}

function isWrittenDown(error: unknown): boolean {
  return error instanceof ProducerError && error.code === "VOLLEY_WORKER_SILENT" && WRITTEN_DOWN.test(error.message);
}
