/** One thing that was done, and when. */
type Entry = {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly text: string;
};

/** What was done in a run, in its order. */
export type Diary = {
  readonly startedAt: number;
  readonly entries: readonly Entry[];
  readonly note: (text: string) => void;
};

/** @param say - told every entry as it is made, with the time since the start */
export function createDiary(say: (line: string) => void): Diary {
  const startedAt = Date.now();
  const entries: Entry[] = [];
  return {
    startedAt,
    entries,
    note: (text) => {
      const entry = { at: Date.now(), text };
      entries.push(entry);
      say(`${sinceStart(startedAt, entry.at)} ${text}`);
    },
  };
}

/** For example `+12.345s`. */
export function sinceStart(startedAt: number, at: number): string {
  return `+${((at - startedAt) / 1_000).toFixed(3)}s`;
}
