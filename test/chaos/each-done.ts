import { setTimeout as sleep } from "node:timers/promises";

/** Something that is done, under the name by which it is reported. */
export type Named = { readonly name: string; readonly done: Promise<unknown> };

/**
 * Waits until everything is done.
 *
 * @throws naming what is not done in time: a promise that nobody will ever settle would otherwise end in silence
 */
export async function eachDone(all: readonly Named[], longestMs: number): Promise<void> {
  const open = new Set(all.map(({ name }) => name));
  const timeOver = new AbortController();
  const late = sleep(longestMs, null, { signal: timeOver.signal }).then(
    () => {
      throw new Error(`not done within ${longestMs} ms: ${[...open].join(", ")}`);
    },
    () => {},
  );
  const done = Promise.all(all.map(async ({ name, done: one }) => one.then(() => open.delete(name))));
  await Promise.race([done, late]).finally(() => timeOver.abort());
}
