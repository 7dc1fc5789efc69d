import type {
  CheckedDryRun,
  CheckedDuration,
  CheckedRecipients,
  CheckReport,
  CheckWarning,
  DryRunCounts,
  RejectedAt,
} from "@volley/producer";
import { askedFirst } from "./describe-duplicates.ts";
import { describeSegments } from "./describe-segments.ts";
import { fieldInWords } from "./field-in-words.ts";
import { counted, inEnglish, people } from "./in-english.ts";
import { linesInWords, MISSING_CELLS, SHORTENED, TOO_MANY_CELLS } from "./lines-in-words.ts";
import { reportRow } from "./report-row.ts";
import { timeInWords } from "./time-in-words.ts";

/** One region of a file, looked at. */
export type FileCheck = {
  /** `null` for a file that names none. */
  readonly region: string | null;
  readonly report: CheckReport;
  /** The lines of those whom the report names, by their index. */
  readonly lines: ReadonlyMap<number, number>;
};

/** Lines that are named one by one. */
export const SHOWN_LINES = 20;

/** The lines that tell a person what a message would come to. Recipients are counted and found by their line, never shown. */
export function describeCheck({ region, report, lines }: FileCheck, now: Date): string[] {
  const { recipients, segments, batches, duration, price, dryRun, duplicates, problems, warnings } = report;
  const { requested } = recipients;
  const texted = textedOf(report);
  const rows = [
    ...describeRejected(recipients, lines),
    ...describeSuppressed(recipients, lines),
    ...(duplicates ? [reportRow("again", askedFirst(duplicates, now))] : []),
    ...(segments && texted > 0 ? describeSegments(segments, lines) : []),
    ...(texted > 0 ? [reportRow("batches", inEnglish(batches))] : []),
    ...(duration ? [describeDuration(duration, now)] : []),
    ...(price && segments
      ? [reportRow("price", `${price.total} = ${inEnglish(segments.total)} × ${price.perSegment}`)]
      : []),
    ...(dryRun ? describeDryRun(dryRun) : []),
  ];
  const where = region === null ? "" : `${region}: `;
  return [
    `${where}${inEnglish(texted)} of ${people(requested)} can be texted`,
    ...rows,
    ...problems.map(({ field, message }) => `  problem: ${fieldInWords(field, lines)}: ${message}`),
    ...warnings.map((warning) => `  warning: ${warning.message}${placesOf(warning, lines)} (${warning.code})`),
  ];
}

/** What several regions come to together. */
export function describeTotal(checks: readonly FileCheck[]): string {
  const sum = (of: (report: CheckReport) => number): number => checks.reduce((all, { report }) => all + of(report), 0);
  const segments = sum((report) => report.segments?.total ?? 0);
  // To a millionth: 3 times 0.1 is 0.3.
  const price = Number(sum((report) => report.price?.total ?? 0).toFixed(6));
  const isPriced = checks.some(({ report }) => report.price);
  const all = `${people(sum(textedOf))}, ${counted(segments, "segment")}`;
  return `in all: ${all}${isPriced ? `, price ${price}` : ""}`;
}

/** Whoever is on the suppression list is left out of what is handed to the provider. */
function textedOf({ recipients }: CheckReport): number {
  return recipients.valid - (recipients.suppressed ?? 0);
}

/** The first of the lines, of which there are so many in all. */
type Place = { readonly indexes: readonly number[]; readonly total: number };

/** In the order in which they are told. */
const WHY_REJECTED: readonly (readonly [RejectedAt["reason"], string])[] = [
  ["shortened_msisdn", SHORTENED],
  ["invalid_msisdn", "no international number"],
  ["missing_cells", MISSING_CELLS],
  ["too_many_cells", TOO_MANY_CELLS],
  ["missing_parameter", "no value for the text"],
];

function describeRejected(
  { rejected, rejectedAt, duplicate, duplicateAt }: CheckedRecipients,
  lines: FileCheck["lines"],
): string[] {
  const at = (wanted: RejectedAt["reason"]): number[] =>
    rejectedAt.filter(({ reason }) => reason === wanted).map(({ index }) => index);
  // Whoever is not named has no number: of those who are, the report knows why.
  const unnamed = rejected - rejectedAt.length;
  const rowOf = ([reason, why]: readonly [RejectedAt["reason"], string]): string[] => {
    const indexes = at(reason);
    const total = indexes.length + (reason === "invalid_msisdn" ? unnamed : 0);
    return describeSome("rejected", why, { indexes, total }, lines);
  };
  return [
    ...WHY_REJECTED.flatMap(rowOf),
    ...describeSome("duplicate", "their first line counts", { indexes: duplicateAt, total: duplicate }, lines),
  ];
}

function describeSuppressed({ suppressed, suppressedAt }: CheckedRecipients, lines: FileCheck["lines"]): string[] {
  return describeSome("suppressed", "left out", { indexes: suppressedAt, total: suppressed ?? 0 }, lines);
}

/** `: lines 2, 5, 9`; empty where nobody is named. */
function placesOf({ at = [], recipients = at.length }: CheckWarning, lines: FileCheck["lines"]): string {
  if (at.length === 0) return "";
  const shown = at.slice(0, SHOWN_LINES).map((index) => lines.get(index) ?? 0);
  return `: ${linesInWords(shown, recipients)}`;
}

function describeSome(name: string, why: string, { indexes, total }: Place, lines: FileCheck["lines"]): string[] {
  if (indexes.length === 0) return [];
  const shown = indexes.slice(0, SHOWN_LINES).map((index) => lines.get(index) ?? 0);
  const places = linesInWords(shown, total);
  return [reportRow(name, `${inEnglish(total)}, ${why}: ${places}`)];
}

function describeDuration({ seconds, perSecond, unit, endsAt }: CheckedDuration, now: Date): string {
  const pace = `${inEnglish(perSecond < 10 ? perSecond : Math.round(perSecond))} ${unit} per second`;
  const end =
    endsAt === null ? "once the region sends" : `done at about ${timeInWords(endsAt, now)}, behind what is queued`;
  return reportRow("duration", `${lengthInWords(seconds)} at ${pace}; ${end}`);
}

function lengthInWords(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3_600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${inEnglish(Math.floor(whole / 3_600))} h ${Math.floor((whole % 3_600) / 60)} min`;
}

function describeDryRun({ batches, agrees, ours, theirs, differing, differences, failure }: CheckedDryRun): string[] {
  if (batches === 0 && failure) return [reportRow("dry run", `failed: ${failure.message}`)];
  const answer = reportRow(
    "dry run",
    `the provider counts ${counts(theirs)} in ${counted(batches, "batch", "batches")}`,
  );
  return [
    `${answer}, ${differing === 0 ? "as Volley does" : `Volley ${counts(ours)}`}`,
    ...differences.map(({ batch, ours: own, theirs: other }) => {
      return reportRow("", `batch ${inEnglish(batch + 1)}: the provider ${counts(other)}, Volley ${counts(own)}`);
    }),
    ...(differing > differences.length
      ? [reportRow("", `and ${inEnglish(differing - differences.length)} more batches`)]
      : []),
    ...(agrees || !failure
      ? []
      : [reportRow("", `failed at batch ${inEnglish(failure.batch + 1)}: ${failure.message}`)]),
  ];
}

function counts({ recipients, segments }: DryRunCounts): string {
  return `${counted(segments, "segment")} for ${people(recipients)}`;
}
