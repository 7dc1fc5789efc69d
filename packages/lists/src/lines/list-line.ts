import { type LineFault, standInFor, type WrongRecipient } from "@volley/contract";
import type { ListEntry } from "../people/list-entry.ts";

/** Why a line is left out. */
export type LineReason = WrongRecipient;

/** One line of a list. */
export type ListLine = {
  /** The first one is 1. */
  readonly line: number;
  /** Of a line that is wrong, something that is no number, and says why: it stays in its place, and is counted. */
  readonly entry: ListEntry;
  readonly reason: LineReason | null;
};

/** A line that is wrong, whatever its number is. */
export function wrongLine(line: number, reason: LineFault): ListLine {
  return { line, entry: standInFor(reason), reason };
}
