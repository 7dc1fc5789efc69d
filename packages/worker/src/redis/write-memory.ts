/** What a process remembers of its own last writes, in case that Redis does not. */
export type WriteMemory = {
  /** The number of the last write that Redis has answered. */
  readonly written: () => number;
  /** A batch of these jobs may be handed over, by that write. */
  readonly wrote: (write: number, jobs: readonly string[]) => void;
  /** These processes were there, at that write. */
  readonly met: (write: number, members: readonly string[]) => void;
  /**
   * What was after a write: whoever was there, and the jobs; `null` where they are not remembered as far back. Whoever has left
   * in between is among the members: he cannot be asked any more, and what he handed over nobody can say.
   */
  readonly since: (write: number) => { readonly members: readonly string[]; readonly jobs: readonly string[] | null };
};

/** Writes of which the jobs are remembered, and jobs that are named at most. */
const MOST_WRITES = 5_000;

/** Processes that are remembered. */
const MOST_MEMBERS = 1_000;

/** Begins with the first write of a process. */
export function createWriteMemory(): WriteMemory {
  let written = 0;
  /** Of every later write everything is remembered. */
  let completeFrom = 0;
  let recent: { readonly write: number; readonly jobs: readonly string[] }[] = [];
  /** Each member, and the number of the write at which it was last there, in that order. */
  const lastMet = new Map<string, number>();
  return {
    written: () => written,
    wrote: (write, jobs) => {
      written = Math.max(written, write);
      recent.push({ write, jobs });
      if (recent.length <= 2 * MOST_WRITES) return;
      recent = recent.slice(-MOST_WRITES);
      completeFrom = Math.max(completeFrom, (recent[0]?.write ?? 1) - 1);
    },
    met: (write, members) => {
      written = Math.max(written, write);
      for (const name of members) {
        lastMet.delete(name);
        lastMet.set(name, write);
      }
      for (const [name, last] of [...lastMet].slice(0, -MOST_MEMBERS)) {
        lastMet.delete(name);
        completeFrom = Math.max(completeFrom, last);
      }
    },
    since: (write) => {
      const jobs = [...new Set(recent.filter((own) => own.write > write).flatMap((own) => own.jobs))];
      const members = [...lastMet].filter(([, last]) => last > write).map(([name]) => name);
      return { members, jobs: write >= completeFrom && jobs.length <= MOST_WRITES ? jobs : null };
    },
  };
}
