/** Calls that are on their way at once, a bounded number of them. */
export type InFlight = {
  /** Begins a call. Its failure comes to light in {@link InFlight.room} or {@link InFlight.settled}. */
  readonly start: (call: () => Promise<unknown>, characters: number) => void;
  /** Waits until another call may be begun. */
  readonly room: () => Promise<void>;
  /** Waits until all have ended. */
  readonly settled: () => Promise<void>;
};

/** With four pieces in each, enough for six million recipients per second over a network of 5 ms. */
const MOST_CALLS = 8;

/** Pieces with long values are not 13 kilobytes but megabytes. */
const MOST_CHARACTERS = 4 * 1_024 * 1_024;

/** Creates an empty window. */
export function createInFlight(): InFlight {
  const calls = new Set<Promise<void>>();
  let failure: { readonly error: unknown } | null = null;
  let characters = 0;
  const end = async (call: () => Promise<unknown>): Promise<void> => {
    try {
      await call();
    } catch (error) {
      failure ??= { error };
    }
  };
  const isFull = (): boolean => calls.size >= MOST_CALLS || (characters >= MOST_CHARACTERS && calls.size > 0);
  const throwFailure = (): void => {
    if (failure) throw failure.error;
  };
  return {
    start: (call, ofCall) => {
      characters += ofCall;
      const ended = end(call).finally(() => {
        characters -= ofCall;
        calls.delete(ended);
      });
      calls.add(ended);
    },
    room: async () => {
      while (isFull()) await Promise.race(calls);
      throwFailure();
    },
    settled: async () => {
      await Promise.all(calls);
      throwFailure();
    },
  };
}
