import { ProducerError } from "../terms/producer-error.ts";

/** The calls of a producer that have not been answered yet. */
export type OpenCalls = {
  /**
   * Wraps every call of a group.
   *
   * @param requireGood - looks at the parameters of each call before anything else is done; what it throws, the call rejects with
   * @returns the same calls, which reject with `VOLLEY_PRODUCER_CLOSED` once {@link OpenCalls.close} was called
   */
  readonly track: <Calls extends Readonly<Record<string, Call>>>(
    calls: Calls,
    requireGood?: (name: keyof Calls, parameters: readonly unknown[]) => void,
  ) => Calls;
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
    (call: Call, requireGood: (parameters: readonly unknown[]) => void): Call =>
    async (...parameters) => {
      requireGood(parameters);
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
    track: (calls, requireGood = () => {}) => {
      const entries = Object.entries(calls).map(([name, call]) => {
        return [name, tracked(call, (parameters) => requireGood(name, parameters))];
      });
      return Object.fromEntries(entries) as typeof calls;
    },
    close: async () => {
      isClosed = true;
      await Promise.allSettled(open);
    },
  };
}
