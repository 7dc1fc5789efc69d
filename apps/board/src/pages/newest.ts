/** The newest first, and whether there may be newer ones that were not reached. */
export type Newest<T> = { readonly entries: readonly T[]; readonly isCut: boolean };

/** A page of what is read in the order in which it came. */
type Found<T> = { readonly entries: readonly T[]; readonly cursor: string | null };

const MINUTE_MS = 60_000;

/** How far back is looked, ever farther, until there is enough. */
const BACK_MS = [
  10 * MINUTE_MS,
  2 * 60 * MINUTE_MS,
  24 * 60 * MINUTE_MS,
  7 * 24 * 60 * MINUTE_MS,
  31 * 24 * 60 * MINUTE_MS,
];

/** Entries of one look. */
const AT_ONCE = 500;

/** Looks before the newest of many are reached. */
const MOST_LOOKS = 20;

/**
 * The newest of what can be read from the oldest on alone: looks at the last minutes, then farther back. A bounded number of looks;
 * where very much has come within ten minutes, what is found is not quite the newest, and said to be cut.
 */
export async function newestOf<T>(
  limit: number,
  now: Date,
  read: (from: { readonly since: string; readonly cursor?: string; readonly limit: number }) => Promise<Found<T>>,
): Promise<Newest<T>> {
  let newest: T[] = [];
  let isCut = false;
  for (const back of BACK_MS) {
    const since = new Date(now.getTime() - back).toISOString();
    let found = await read({ since, limit: AT_ONCE });
    newest = [...found.entries];
    for (let looks = 1; found.cursor !== null && looks < MOST_LOOKS; looks += 1) {
      found = await read({ since, cursor: found.cursor, limit: AT_ONCE });
      newest = [...newest, ...found.entries].slice(-limit);
    }
    isCut = found.cursor !== null;
    if (newest.length >= limit) break;
  }
  return { entries: newest.slice(-limit).toReversed(), isCut };
}
