import { ProducerError } from "./producer-error.ts";

/** The calls of a producer that have not been answered yet. */
export type OpenCalls = {
  /**
   * Wraps every call of a group.
   *
   * @returns the same calls, which reject with `VOLLEY_PRODUCER_CLOSED` once {@link OpenCalls.close} was called
   */
  readonly track: <Calls extends Readonly<Record<string, Call>>>(calls: Calls) => Calls;
  /** Takes no further call, and waits until those under way are answered, whatever their answer is. */
  readonly close: () => Promise<void>;
};

// The arguments are each call's own; nothing here looks at them.
type Call = (...parameters: never[]) => Promise<unknown>;

/**
 * Keeps count of calls, so that closing fails none of them. One call may take several steps in Redis, with a slow source of
 * recipients in between; only the whole call can say when it is done.
 */
export function createOpenCalls(): OpenCalls {
  const open = new Set<Promise<unknown>>();
  let isClosed = false;
  const tracked =
    (call: Call): Call =>
    async (...parameters) => {
      if (isClosed) throw new ProducerError("VOLLEY_PRODUCER_CLOSED", "the producer is closed");
      const answer = call(...parameters);
      open.add(answer);
      try {
        return await answer;
      } finally {
        open.delete(answer);
      }
    };
  return {
    track: (calls) =>
      Object.fromEntries(Object.entries(calls).map(([name, call]) => [name, tracked(call)])) as unknown as typeof calls,
    close: async () => {
      isClosed = true;
      await Promise.allSettled(open);
    },
  };
}
