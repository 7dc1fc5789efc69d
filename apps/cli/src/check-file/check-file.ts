import { placeholdersIn } from "@volley/contract";
import { type ColumnOfText, pagesOfPeople, type Person } from "@volley/lists";
import type { CheckOptions, CheckReport, Producer } from "@volley/producer";
import { type Environment, SettingsError } from "@volley/runtime";
import { checkWithoutRedis } from "../redis/check-without-redis.ts";
import { CliError } from "../exit/cli-error.ts";
import { connectProducer, type ProducerPlace } from "../redis/connect-producer.ts";
import type { OpenDryRun } from "./create-dry-run.ts";
import { caseWarnings } from "../people/case-warnings.ts";
import { linesOf } from "../people/lines-of.ts";
import { peopleOfRegion } from "../people/people-of-region.ts";
import { regionsIn } from "../people/regions-in.ts";
import { type FileSource, peopleIn } from "../send-file/file-source.ts";
import { type FileCheck, SHOWN_LINES } from "../words/describe-check.ts";
import { entriesIn } from "../words/field-in-words.ts";

/** What is looked at. */
export type CheckFileOptions = ProducerPlace &
  FileSource & {
    readonly pricePerSegment?: number | undefined;
    /** Where the regions' credentials stand, to ask the provider, too; `null`: it is not asked. */
    readonly dryRun: Environment | null;
  };

/** How long a Redis that is only asked is waited for, in milliseconds. */
const REDIS_PATIENCE_MS = 1_500;

/**
 * Looks at a CSV file as `sendFile` would send it, region by region, and enqueues nothing. The file is read once for its
 * regions, once for each of them, and a last time for the lines of whom is named, so that none of it is kept.
 *
 * @throws CliError for a file that is unfit to be sent
 */
export async function checkFile(options: CheckFileOptions): Promise<FileCheck[]> {
  const { template, region, dryRun, signal } = options;
  const keys = placeholdersIn(template.body);
  const { regions, columns } = await regionsIn(peopleIn(options), { placeholders: keys, region });
  if (dryRun !== null && regions.includes(null)) throw new CliError("expected --region with --dry-run, got none");
  const checks: FileCheck[] = [];
  for (const name of regions) {
    signal.throwIfAborted();
    const ofRegion = (): AsyncIterable<Person> => peopleOfRegion(peopleIn(options), name, region);
    const report = await checkRegion(options, name, { ...template, to: pagesOfPeople(ofRegion(), keys) });
    const lines = await linesOf(ofRegion(), indexesIn(report));
    checks.push({ region: name, report: withCaseWarnings(report, columns), lines });
  }
  return checks;
}

async function checkRegion(
  options: CheckFileOptions,
  region: string | null,
  send: Parameters<Producer["check"]>[0],
): Promise<CheckReport> {
  const { pricePerSegment, signal } = options;
  const dryRun = await openDryRun(options, region);
  const common = { pricePerSegment, signal, dryRun: dryRun?.ask };
  try {
    return region === null
      ? await checkWithoutRedis(async (producer) => producer.check(send, common))
      : await checkWith(options, region, send, common);
  } finally {
    dryRun?.close();
  }
}

async function openDryRun({ dryRun }: CheckFileOptions, region: string | null): Promise<OpenDryRun | null> {
  if (dryRun === null || region === null) return null;
  // Only here the provider's client is needed: every other command starts sooner without it.
  const { createDryRun } = await import("./create-dry-run.ts");
  return createDryRun(dryRun, region);
}

/**
 * The limits of a region stand in Redis, the suppression list, and who got the same text. Where that is not there, everything
 * else is looked at all the same.
 */
async function checkWith(
  place: ProducerPlace,
  region: string,
  send: Parameters<Producer["check"]>[0],
  options: CheckOptions,
): Promise<CheckReport> {
  let isConnected = false;
  try {
    return await connectProducer(
      place,
      async (producer) => {
        isConnected = true;
        return producer.check(send, { ...options, region, duplicates: {} });
      },
      REDIS_PATIENCE_MS,
    );
  } catch (error) {
    if (isConnected || !(error instanceof SettingsError)) throw error;
  }
  const report = await checkWithoutRedis(async (producer) => producer.check(send, options));
  const away = "stand in Redis, which cannot be reached";
  const duration = `nobody knows how long it takes: the limits of ${region} ${away}`;
  const suppressed = `nobody knows who is on the suppression list: its entries ${away}`;
  return {
    ...report,
    warnings: [
      { code: "VOLLEY_SUPPRESSED_UNKNOWN", message: suppressed },
      { code: "VOLLEY_DURATION_UNKNOWN", message: duration },
      ...report.warnings,
    ],
  };
}

function withCaseWarnings(report: CheckReport, columns: readonly ColumnOfText[]): CheckReport {
  return { ...report, warnings: [...report.warnings, ...caseWarnings(columns, report.recipients.valid)] };
}

/** Everybody whom the report names, so that their lines can be told. */
function indexesIn({ recipients, segments, problems, warnings }: CheckReport): ReadonlySet<number> {
  return new Set([
    ...warnings.flatMap(({ at = [] }) => at.slice(0, SHOWN_LINES)),
    ...recipients.rejectedAt.map(({ index }) => index),
    ...recipients.duplicateAt,
    ...recipients.suppressedAt,
    ...entriesIn(problems),
    ...(segments?.longest ? [segments.longest.index] : []),
    ...(segments?.unicode ? [segments.unicode.index] : []),
  ]);
}
