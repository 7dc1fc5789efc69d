import {
  type AcceptedBatch,
  type PartFailure,
  type RejectedRecipient,
  type SendResult,
  withoutNumbers,
} from "@volley/contract";
import type { SendStatus } from "@volley/producer";
import { type Paint, paintState } from "../terminal/paint.ts";
import { describeDelivery } from "./describe-delivery.ts";
import { describeHold } from "./describe-hold.ts";
import { counted, inEnglish, people } from "./in-english.ts";
import { timeInWords } from "./time-in-words.ts";

/** How a status is told. */
export type StatusWords = {
  /** Every batch that the result names, one by one. @default false: a few, or how many */
  readonly areBatchesShown?: boolean;
  readonly now: Date;
  /** @default that of a pipe, which has no colours */
  readonly paint?: Paint | undefined;
};

/** Lines of one kind that a person reads one by one; what is more is counted. A status is to fit a screen. */
const MOST_LINES = 5;

/** The lines that tell a person what became of a send. Recipients are counted, never shown. */
export function describeStatus(status: SendStatus, words: StatusWords): string[] {
  const { id, region, state, parts, until, sendAt = until, failure, last, result, eta, holds = [] } = status;
  const { now, paint } = words;
  const { cancelAskedAt, label } = status;
  return [
    `${id}: ${paintState(paint, result ? result.state : state)} in ${region}`,
    ...(label ? [`  label: ${label}`] : []),
    ...holds.map((hold) => `  ${describeHold(hold, now)}`),
    ...(sendAt && state === "scheduled" ? [`  scheduled for ${timeInWords(sendAt, now)}`] : []),
    ...(parts && !result ? [`  ${inEnglish(parts.done)} of ${inEnglish(parts.total)} parts done`] : []),
    ...(cancelAskedAt ? [`  ${describeCancellation(cancelAskedAt, now)}`] : []),
    ...(eta ? [`  done at about ${timeInWords(eta, now)}, at the region's limits`] : []),
    ...(last ? [`  last: ${last.outcome} (${last.code}) at ${last.at}`] : []),
    ...(failure ? [`  ${withoutNumbers(failure)}`] : []),
    ...(result ? describeResult(id, result, words) : []),
    ...(status.delivery ? describeDelivery(id, status.delivery) : []),
  ];
}

/** What is true while a cancellation has no answer yet. */
function describeCancellation(askedAt: string, now: Date): string {
  const when = `cancellation asked for at ${timeInWords(askedAt, now)}`;
  return `${when}: nothing more of it goes to the provider, and a worker has still to take back what has gone, and to count`;
}

/** The lines of a result: counts, batches, and why recipients and parts were not accepted. */
function describeResult(id: string, result: SendResult, { areBatchesShown = false }: StatusWords): string[] {
  const { recipients, batches, rejected, errors, omitted } = result;
  const { requested, ...endings } = recipients;
  const counts = Object.entries(endings).filter(([, count]) => count > 0);
  return [
    `  ${inEnglish(requested)} requested = ${counts.map(([how, count]) => `${inEnglish(count)} ${how}`).join(" + ")}`,
    ...describeBatches(id, batches, { omitted: omitted?.batches ?? 0, areBatchesShown }),
    ...fewOf(describeRejected(rejected), "reason"),
    ...fewOf(describeFailures(errors), "kind of error"),
    ...(omitted && omitted.errors > 0 ? [`  and ${counted(omitted.errors, "more error")}`] : []),
  ];
}

/** A few one by one; more of them as one line for each way in which they ended. */
function describeBatches(
  id: string,
  batches: readonly AcceptedBatch[],
  { omitted, areBatchesShown }: { readonly omitted: number; readonly areBatchesShown: boolean },
): string[] {
  if (areBatchesShown || batches.length + omitted <= MOST_LINES) {
    const more = omitted > 0 ? [`  and ${counted(omitted, "more batch", "more batches")}: volley export ${id}`] : [];
    return [...batches.map(describeBatch), ...more];
  }
  const marked = [
    ["found", batches.filter(({ adopted }) => adopted).length],
    ["canceled", batches.filter(({ canceled }) => canceled).length],
    ["unknown in part", batches.filter(({ unknown }) => unknown).length],
  ] as const;
  const marks = marked.flatMap(([mark, count]) => (count > 0 ? [`${inEnglish(count)} ${mark}`] : []));
  const among = marks.length === 0 ? "" : ` (${marks.join(", ")}${omitted > 0 ? " of the first 1,000" : ""})`;
  return [`  ${counted(batches.length + omitted, "batch", "batches")}${among}: volley export ${id} has their IDs`];
}

/** The first lines of one kind, and how many more there are. */
function fewOf(lines: readonly string[], what: string): string[] {
  const rest = lines.length - MOST_LINES;
  return rest <= 0
    ? [...lines]
    : [...lines.slice(0, MOST_LINES), `  and ${counted(rest, `more ${what}`, `more ${what}s`)}`];
}

function describeBatch({ id, region, recipients, adopted, ...end }: AcceptedBatch): string {
  return `  batch ${id} ${people(recipients)}${inRegion(region)}${adopted ? " (found)" : ""}${describeEnd(end)}`;
}

/** One that was canceled at the provider reached those for whom that came too late, and perhaps those of whom nobody knows. */
function describeEnd({
  canceled,
  too_late,
  unknown,
  suppressed,
}: Pick<AcceptedBatch, "canceled" | "too_late" | "unknown" | "suppressed">): string {
  const said = [
    ...(canceled ? ["canceled"] : []),
    ...(too_late ? [`too late for ${inEnglish(too_late)}`] : []),
    ...(unknown ? [`${inEnglish(unknown)} unknown`] : []),
    ...(suppressed ? [`${inEnglish(suppressed)} taken out`] : []),
  ];
  return said.length > 0 ? ` (${said.join(", ")})` : "";
}

/** Whoever is on the suppression list or was forgotten is counted as suppressed, and not as rejected. */
const SUPPRESSED: ReadonlySet<string> = new Set(["opted_out", "forgotten"]);

/** How many were rejected for which reason, and by whom. The provider's reason is its own text, so no number gets out. */
function describeRejected(rejected: readonly RejectedRecipient[]): string[] {
  const counts = new Map<string, number>();
  for (const { reason, by } of rejected) {
    const said = `${withoutNumbers(reason)}, said ${by}`;
    const line = by === "volley" && SUPPRESSED.has(reason) ? `suppressed: ${reason}` : `rejected: ${said}`;
    counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  return [...counts].map(([line, count]) => `  ${people(count)} ${line}`);
}

/** Parts that ended alike, together. */
function describeFailures(errors: readonly PartFailure[]): string[] {
  const alike = new Map<string, PartFailure[]>();
  for (const error of errors) {
    const { region, code, text } = error;
    const how = `${inRegion(region)}\n${code}: ${withoutNumbers(text)}`;
    alike.set(how, [...(alike.get(how) ?? []), error]);
  }
  return [...alike].map(([how, parts]) => {
    const [where, why] = how.split("\n");
    const which = parts.length === 1 ? `part ${parts[0]?.part ?? 0}` : counted(parts.length, "part");
    const sum = parts.reduce((all, { recipients }) => all + recipients, 0);
    return `  ${which}${where}, ${people(sum)}: ${why}`;
  });
}

/** Said where a send went to several. */
function inRegion(region: string | undefined): string {
  return region === undefined ? "" : ` in ${region}`;
}
