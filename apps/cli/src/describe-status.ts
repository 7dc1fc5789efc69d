import {
  type AcceptedBatch,
  type PartFailure,
  type RefusedRecipient,
  type SendResult,
  withoutNumbers,
} from "@volley/contract";
import type { SendStatus } from "@volley/producer";
import { inEnglish, people } from "./in-english.ts";

/**
 * The lines that tell a person what became of a send. Recipients are counted, never shown.
 *
 * @param isPaused - whether somebody has paused its region, which then has no end to wait for
 */
export function describeStatus(status: SendStatus, { isPaused = false } = {}): string[] {
  const { id, region, state, parts, until, failure, last, result, eta } = status;
  return [
    `${id}: ${result ? result.state : state} in ${region}`,
    ...(isPaused ? [`  the region is paused: volley region resume ${region}`] : []),
    ...(until && state === "scheduled" ? [`  until ${until}`] : []),
    ...(parts && !result ? [`  ${inEnglish(parts.done)} of ${inEnglish(parts.total)} parts done`] : []),
    ...(eta ? [`  done at about ${eta}, at the region's limits`] : []),
    ...(last ? [`  last: ${last.outcome} (${last.code}) at ${last.at}`] : []),
    ...(failure ? [`  ${withoutNumbers(failure)}`] : []),
    ...(result ? describeResult(result) : []),
    ...(result?.omitted ? describeOmitted(id, result.omitted) : []),
  ];
}

/** The lines of a result: counts, batch IDs, and why recipients and parts were not accepted. */
function describeResult({ recipients, batches, refused, errors }: SendResult): string[] {
  const { requested, ...endings } = recipients;
  const counts = Object.entries(endings).filter(([, count]) => count > 0);
  return [
    `  ${inEnglish(requested)} requested = ${counts.map(([how, count]) => `${inEnglish(count)} ${how}`).join(" + ")}`,
    ...batches.map(describeBatch),
    ...describeRefused(refused),
    ...errors.map(describeFailure),
  ];
}

function describeOmitted(id: string, { batches, errors }: NonNullable<SendResult["omitted"]>): string[] {
  return [
    ...(batches > 0 ? [`  and ${inEnglish(batches)} more batches: volley export ${id}`] : []),
    ...(errors > 0 ? [`  and ${inEnglish(errors)} more errors`] : []),
  ];
}

function describeBatch({ id, region, recipients, adopted, ...end }: AcceptedBatch): string {
  return `  batch ${id} ${people(recipients)}${inRegion(region)}${adopted ? " (found)" : ""}${describeEnd(end)}`;
}

/** One that was canceled at the provider reached those for whom that came too late, and perhaps those of whom nobody knows. */
function describeEnd({
  canceled,
  too_late,
  unknown,
}: Pick<AcceptedBatch, "canceled" | "too_late" | "unknown">): string {
  const said = [
    ...(canceled ? ["canceled"] : []),
    ...(too_late ? [`too late for ${inEnglish(too_late)}`] : []),
    ...(unknown ? [`${inEnglish(unknown)} unknown`] : []),
  ];
  return said.length > 0 ? ` (${said.join(", ")})` : "";
}

/** How many were refused for which reason, and by whom. The provider's reason is its own text, so no number gets out. */
function describeRefused(refused: readonly RefusedRecipient[]): string[] {
  const counts = new Map<string, number>();
  for (const { reason, by } of refused) {
    const line = `${withoutNumbers(reason)}, said ${by}`;
    counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  return [...counts].map(([line, count]) => `  ${people(count)} refused: ${line}`);
}

function describeFailure({ part, region, code, text, recipients }: PartFailure): string {
  return `  part ${part}${inRegion(region)}, ${people(recipients)}: ${code}: ${withoutNumbers(text)}`;
}

/** Said where a send went to several. */
function inRegion(region: string | undefined): string {
  return region === undefined ? "" : ` in ${region}`;
}
