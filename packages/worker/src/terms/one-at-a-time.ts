/** Asks one question at a time: whoever comes while it is on its way gets the same answer. */
export function oneAtATime<T>(): (ask: () => Promise<T>) => Promise<T> {
  let asking: Promise<T> | null = null;
  return async (ask) => {
    asking ??= ask().finally(() => {
      asking = null;
    });
    return asking;
  };
}
