import { type Paint, paintState } from "../terminal/paint.ts";
import { cutTo } from "../terminal/text-width.ts";
import type { SendInList } from "@volley/producer";
import { shownId } from "@volley/contract";
import { inEnglish } from "../words/in-english.ts";

/** How a list is told. */
export type ListWords = {
  /** As a table for a terminal of so many columns; `null`: as lines for programs, their cells separated by tabs. */
  readonly columns: number | null;
  readonly paint?: Paint;
  readonly now: Date;
};

const HEADING = ["ENQUEUED", "ID", "STATE", "RECIPIENTS", "LABEL"] as const;

const [STATE, RECIPIENTS] = [2, 3];

/** The lines of a list of sends. A time is that of this machine in the table, and UTC for programs. */
export function listLines(sends: readonly SendInList[], { columns, paint, now }: ListWords): string[] {
  if (sends.length === 0) return [];
  if (columns === null) return sends.map((send) => cellsOf(send, send.enqueuedAt).join("\t"));
  const rows = [HEADING, ...sends.map((send) => cellsOf(send, shortTime(send.enqueuedAt, now)))];
  const widths = HEADING.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  return rows.map((row, index) => {
    const cells = row.map((cell, at) =>
      at === RECIPIENTS ? cell.padStart(widths[at] ?? 0) : cell.padEnd(at < RECIPIENTS ? (widths[at] ?? 0) : 0),
    );
    const line = cutTo(cells.join("  ").trimEnd(), columns);
    if (index === 0) return paint?.dim(line) ?? line;
    // Only now: what colours would be counted as columns.
    const state = cells[STATE] ?? "";
    const start = cells.slice(0, STATE).join("  ").length + 2;
    return (
      line.slice(0, start) +
      paintState(paint, line.slice(start, start + state.length)) +
      line.slice(start + state.length)
    );
  });
}

function cellsOf({ id, state, result, recipients, label }: SendInList, time: string): string[] {
  const ended = result ? `${inEnglish(result.recipients.accepted)}/${inEnglish(recipients.requested)}` : null;
  return [time, shownId(id), result?.state ?? state ?? "gone", ended ?? inEnglish(recipients.requested), label ?? ""];
}

/** The clock of today, the day of any other. */
function shortTime(text: string, now: Date): string {
  const at = new Date(text);
  // Swedish dates are ISO-8601's.
  const day = at.toLocaleDateString("sv-SE");
  return day === now.toLocaleDateString("sv-SE") ? at.toLocaleTimeString("sv-SE") : day;
}
