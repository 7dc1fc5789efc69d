import { type LineFault, standInFor } from "@volley/contract";
import type { ListEntry } from "../people/list-entry.ts";
import { ListError } from "../terms/list-error.ts";
import { type LineReason, type ListLine } from "./list-line.ts";

/** Lines that are named. */
const MOST_NAMED = 1_000;

/** Lines whose places are kept: those of the page that is being taken, and of the one before it. */
const PLACES = 2_000;

/** What is wrong in a list. */
export type WrongLines = {
  readonly count: number;
  /** The first 1,000 of them. */
  readonly lines: readonly { readonly line: number; readonly reason: LineReason }[];
};

/** Lines on their way to a producer. */
export type TakenLines = {
  /** @throws WrongLinesError at the end of a list with wrong lines, where these are not left out */
  readonly pages: () => AsyncGenerator<readonly ListEntry[]>;
  /** What was wrong so far. */
  readonly wrong: () => WrongLines;
  /** The line of an entry, counted from 0, that was given away a moment ago. */
  readonly lineOf: (index: number) => number | undefined;
};

/** What is done with lines that are wrong, and what makes one wrong beside what stands in it. */
export type TakeLinesOptions = {
  /** They are left out and counted, or nothing is sent at all. */
  readonly invalid: "skip" | "refuse";
  /** @default nothing */
  readonly reasonAgainst?: (entry: ListEntry) => LineFault | null;
};

/** Lines of a list are wrong, so that nothing is sent. */
export class WrongLinesError extends ListError {
  readonly wrong: WrongLines;

  constructor(wrong: WrongLines) {
    const lines = wrong.count === 1 ? "1 line is" : `${wrong.count.toLocaleString("en")} lines are`;
    super(`${lines} wrong, the first of them line ${wrong.lines[0]?.line ?? 0}`, { line: wrong.lines[0]?.line });
    this.wrong = wrong;
  }
}

/**
 * Gives the entries of lines away and keeps what is wrong with them. Where they are to be refused, the whole list is read
 * to name them all, and nothing is given away after the first of them.
 */
export function takeLines(
  lines: AsyncIterable<readonly ListLine[]>,
  { invalid, reasonAgainst = () => null }: TakeLinesOptions,
): TakenLines {
  const named: { line: number; reason: LineReason }[] = [];
  const places = new Map<number, number>();
  let count = 0;
  let taken = 0;
  const entryOf = ({ line, entry, reason: own }: ListLine): ListEntry => {
    const against = own === null ? reasonAgainst(entry) : null;
    const reason = own ?? against;
    places.delete(taken - PLACES);
    places.set(taken, line);
    taken += 1;
    if (reason === null) return entry;
    count += 1;
    if (named.length < MOST_NAMED) named.push({ line, reason });
    return against === null ? entry : standInFor(against);
  };
  const wrong = (): WrongLines => ({ count, lines: named });
  return {
    wrong,
    lineOf: (index) => places.get(index),
    pages: async function* () {
      for await (const page of lines) {
        const entries = page.map(entryOf);
        if (count === 0 || invalid === "skip") yield entries;
      }
      if (count > 0 && invalid === "refuse") throw new WrongLinesError(wrong());
    },
  };
}
