import { setImmediate as nextTurn } from "node:timers/promises";
import { fingerprint, type Parameters } from "@volley/contract";
import { createListDigest } from "../recipients/list-digest.ts";
import { completenessOf, createOwnValuesReader } from "../recipients/own-values.ts";
import { createRecipientIntake, type RecipientIntake, type Rejection } from "../recipients/recipient-intake.ts";
import { giveAll } from "../recipients/recipient-source.ts";
import type { RedisBudget } from "../redis/redis-budget.ts";
import type { ListCounts } from "../terms/list-counts.ts";
import type { StagingOnce } from "./stage-each-once.ts";

/** How far the staging of a list is. */
export type EnqueueProgress = {
  /** Entries that were read. */
  readonly requested: number;
  /** Recipients who are in Redis or on their way. */
  readonly staged: number;
  readonly duplicate: number;
  readonly rejected: number;
};

/** Called now and then while a list is staged, and at its end. What it throws ends the staging. */
export type ProgressReport = (progress: EnqueueProgress) => void;

/** The shortest time between two reports, in milliseconds. */
const REPORT_INTERVAL_MS = 100;

/** Redis's memory is looked at every so many thousand entries. */
const CHUNKS_PER_LOOK = 32;

/** A list of recipients, and the send that it belongs to. */
export type ListInput = {
  /** The send without its recipients. */
  readonly message: object;
  /** Its parameters, read. */
  readonly parameters: Parameters;
  readonly recipients: Iterable<unknown> | AsyncIterable<unknown>;
  /** The region of a recipient; `null` for one that has none, who is rejected. @default all have the same one */
  readonly routeOf?: (recipient: string) => string | null;
  readonly onProgress?: ProgressReport | undefined;
  readonly signal?: AbortSignal | undefined;
};

/** Who came. */
export type TakenList = {
  readonly counts: Pick<ListCounts, "requested" | "rejected">;
  /** The first of those who were rejected, as they were written. */
  readonly rejections: readonly Rejection[];
  /** Of the whole content. */
  readonly fingerprint: string;
};

/**
 * Reads every entry of a source, and waits until all of them are in Redis.
 *
 * @param once - takes the recipients; without it they are only compared with what is enqueued already
 * @throws whatever the source, the report or the signal throws, as it is
 */
export async function takeList(
  { budget, now }: { readonly budget: RedisBudget; readonly now: () => Date },
  { message, parameters, recipients, routeOf = () => "", onProgress, signal }: ListInput,
  once: StagingOnce | null,
): Promise<TakenList> {
  const digest = createListDigest();
  const readValues = createOwnValuesReader(message, now());
  const isComplete = completenessOf(message, parameters);
  const intake = createRecipientIntake(
    {
      digest,
      readValues,
      reasonAgainst: (recipient, own) => {
        if (routeOf(recipient) === null) return "no_route";
        return isComplete(recipient, own) ? null : "missing_parameter";
      },
    },
    (chunk) => once?.add(chunk),
  );
  const progress = createProgress(intake, once, onProgress);
  let taken = 0;
  const catchUp = async (): Promise<void> => {
    // A list that is at hand waits for nothing where nothing is staged: nobody else would get a turn, the signal neither.
    await nextTurn();
    signal?.throwIfAborted();
    await once?.room();
    taken += 1;
    if (once && taken % CHUNKS_PER_LOOK === 0) await budget.ensure(true);
    progress.mayReport();
  };
  await giveAll(recipients, { take: intake.take, catchUp }, signal);
  intake.end();
  await once?.end();
  signal?.throwIfAborted();
  progress.report();
  return {
    counts: { requested: intake.requested(), rejected: intake.rejected() },
    rejections: intake.rejections(),
    fingerprint: fingerprint({ ...message, recipients: digest.end() }),
  };
}

/** Reports how far a list is, at most as often as somebody can see. */
function createProgress(intake: RecipientIntake, once: StagingOnce | null, onProgress: ProgressReport = () => {}) {
  let reportedAt = performance.now();
  const report = (): void => {
    const { staged, duplicate } = once?.counts() ?? { staged: 0, duplicate: 0 };
    onProgress({ requested: intake.requested(), staged, duplicate, rejected: intake.rejected() });
    reportedAt = performance.now();
  };
  const mayReport = (): void => {
    if (performance.now() - reportedAt >= REPORT_INTERVAL_MS) report();
  };
  return { report, mayReport };
}
