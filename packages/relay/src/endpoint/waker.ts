/** Waits, unless somebody has something to do. */
export type Waker = {
  readonly wake: () => void;
  /** Resolves after a time, or when woken; at once where that was since the last wait. */
  readonly wait: (ms: number) => Promise<void>;
};

export function createWaker(): Waker {
  let isWoken = false;
  let go: (() => void) | null = null;
  return {
    wake: () => {
      isWoken = true;
      go?.();
    },
    wait: async (ms) => {
      if (!isWoken) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms);
          go = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      isWoken = false;
    },
  };
}
