import { residentBytesOf } from "./process-cost.ts";

/** Memory of some processes over time. */
export type MemorySeries = {
  /** Seconds since the beginning, and what each process had then, in bytes. */
  readonly samples: readonly { readonly second: number; readonly bytes: Readonly<Record<string, number>> }[];
  readonly stop: () => void;
};

const INTERVAL_MS = 1_000;

/** Reads the memory of processes every second until it is stopped. */
export function watchMemory(pids: Readonly<Record<string, number>>): MemorySeries {
  const startedAt = Date.now();
  const samples: { second: number; bytes: Record<string, number> }[] = [];
  const sample = (): void => {
    const bytes = Object.fromEntries(Object.entries(pids).map(([name, pid]) => [name, residentBytesOf(pid)]));
    samples.push({ second: Math.round((Date.now() - startedAt) / INTERVAL_MS), bytes });
  };
  sample();
  const timer = setInterval(sample, INTERVAL_MS);
  return { samples, stop: () => clearInterval(timer) };
}

/** Some of many, the first and the last among them, at even distances. */
export function thinned<Each>(all: readonly Each[], most: number): Each[] {
  if (all.length <= most) return [...all];
  return Array.from({ length: most }, (_, index) => all[Math.round((index * (all.length - 1)) / (most - 1))]).filter(
    (each) => each !== undefined,
  );
}
