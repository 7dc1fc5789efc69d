/** How fast something goes. */
export type Pace = {
  /** In a second, and seconds until all is done; `null` while nobody knows, and of what stands still. */
  readonly rate: number | null;
  readonly left: number | null;
};

/** What is longer ago says nothing about now, in milliseconds. */
const WINDOW_MS = 30_000;

/** What has not moved for so long stands still, in milliseconds. */
const STILL_MS = 10_000;

const UNKNOWN: Pace = { rate: null, left: null };

/** Measures what is done over the last half a minute. @returns what is told how much is done by now */
export function createPace(): (done: number, total: number, now: number) => Pace {
  let seen: { readonly done: number; readonly at: number }[] = [];
  let movedAt = 0;
  return (done, total, now) => {
    const last = seen.at(-1);
    if (last === undefined || done !== last.done) movedAt = now;
    seen = [...seen.filter(({ at }) => now - at <= WINDOW_MS), { done, at: now }];
    const [first] = seen;
    if (first === undefined || now - movedAt > STILL_MS || done <= first.done || now <= first.at) return UNKNOWN;
    const rate = ((done - first.done) * 1_000) / (now - first.at);
    return { rate, left: Math.ceil((total - done) / rate) };
  };
}
