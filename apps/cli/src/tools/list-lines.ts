import type { SendInList } from "@volley/producer";
import { shownId } from "@volley/contract";
import { inEnglish } from "../words/in-english.ts";

/** How a list is told: as a table for a terminal of 80 columns, or as lines for programs, their cells separated by tabs. */
export type ListWords = { readonly isTable: boolean | undefined; readonly now: Date };

const HEADING = ["ENQUEUED", "ID", "STATE", "RECIPIENTS", "LABEL"] as const;

/** Characters of a label in the table: with the other columns a line has 80. */
const MOST = 80;

/** The lines of a list of sends. A time is that of this machine in the table, and UTC for programs. */
export function listLines(sends: readonly SendInList[], { isTable, now }: ListWords): string[] {
  if (sends.length === 0) return [];
  if (!isTable) return sends.map((send) => cellsOf(send, send.enqueuedAt).join("\t"));
  const rows = [HEADING, ...sends.map((send) => cellsOf(send, shortTime(send.enqueuedAt, now)))];
  const widths = HEADING.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  return rows.map((row) => {
    const line = row.map((cell, at) => (at === 3 ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0)));
    return cut(line.join("  ").trimEnd());
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

function cut(line: string): string {
  const characters = Array.from(line);
  return characters.length <= MOST ? line : `${characters.slice(0, MOST - 1).join("")}…`;
}
