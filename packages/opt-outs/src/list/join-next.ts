/** Runs it one at a time; whoever comes while it is under way has to wait for the next one, which all of them share. */
export function joinNext(run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  let next: Promise<void> | null = null;
  const start = async (): Promise<void> => {
    next = null;
    running = run();
    try {
      await running;
    } finally {
      running = null;
    }
  };
  return async () => {
    if (running === null && next === null) return start();
    next ??= Promise.resolve(running)
      .catch(() => {})
      .then(start);
    return next;
  };
}
