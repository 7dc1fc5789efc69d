import type { Telltale } from "./fault.ts";
import type { WatchedWorker } from "./watched-worker.ts";

/** The sum of a metric's series that have a label; `null` where there are none. */
export function readSeries(metrics: string, { name, label = "" }: Telltale): number | null {
  const lines = metrics.split("\n").filter((line) => line.startsWith(`${name}{`) && line.includes(label));
  return lines.length === 0 ? null : lines.reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
}

/** How a series of a worker stood when a fault began, and what it came to at most while it lasted. */
export type Move = { readonly from: number; readonly to: number };

/** The worker whose series moved most. A worker that was started later began with 0. */
export function moveOf(
  workers: readonly Pick<WatchedWorker, "sights">[],
  telltale: Telltale,
  { from, to }: { readonly from: number; readonly to: number },
): Move {
  const moves = workers.map(({ sights }) => {
    const values = sights.flatMap(({ at, metrics }) => {
      const value = metrics === null ? null : readSeries(metrics, telltale);
      return value === null ? [] : [{ at, value }];
    });
    const before = values.findLast(({ at }) => at <= from)?.value ?? 0;
    const within = values.filter(({ at }) => at > from && at <= to).map(({ value }) => value);
    return { from: before, to: Math.max(before, ...within) };
  });
  const [first = { from: 0, to: 0 }, ...others] = moves;
  return others.reduce((most, move) => (move.to - move.from > most.to - most.from ? move : most), first);
}
