import { InvalidSendError, type Parameters, type StagedSend } from "@volley/contract";
import type { AdditionState } from "../claim/add-with-claims.ts";
import { addStaged } from "../claim/add-staged.ts";
import { type Claim, countsOf, findClaims, printOf } from "../claim/claim.ts";
import type { Duplicates } from "../duplicates/duplicates.ts";
import { enqueueGuarded, type WithDuplicates } from "../duplicates/add-guarded.ts";
import type { FilterPool } from "../recipients/filter-pool.ts";
import { leavingOut, type ListCounts } from "../terms/list-counts.ts";
import { createListDigest } from "../recipients/list-digest.ts";
import { completenessOf, createOwnValuesReader, splitParameters } from "../recipients/own-values.ts";
import type { QueueAccess } from "../redis/queue-access.ts";
import { createRecipientIntake, type RecipientIntake } from "../recipients/recipient-intake.ts";
import { readToEnd } from "../staging/read-to-end.ts";
import { sizeOf } from "../recipients/recipient-source.ts";
import type { RedisBudget } from "../redis/redis-budget.ts";
import type { RememberSettings } from "../terms/remember-settings.ts";
import { nobodyLeft } from "../terms/read-message.ts";
import { createStage, type Stage } from "../staging/stage.ts";
import { createStagingOnce, type StagingOnce } from "../staging/stage-each-once.ts";
import type { ProgressReport } from "../staging/staging-progress.ts";

/** A send whose recipients are to be staged; everything beside them has been found good. */
export type StagedRequest = {
  /** The send without its recipients. */
  readonly message: object;
  /** Its parameters, read. */
  readonly parameters: Parameters;
  readonly recipients: Iterable<unknown> | AsyncIterable<unknown>;
  readonly id: string;
  readonly region: string;
  /** Throws when its time is over. */
  readonly requireInTime: () => void;
  /** Counted when it is added: staging takes its time. */
  readonly delayMs: () => number;
  /** How long its stage lives from when it is added. */
  readonly keepMs: () => number;
  /** When it is due; `null` means at once. */
  readonly sendAt: Date | null;
  /** Whether somebody who got the same text gets it again; `null` where nobody wants to know. */
  readonly duplicates: Duplicates | null;
  readonly onProgress?: ProgressReport | undefined;
  readonly signal?: AbortSignal | undefined;
};

/** What staging depends on beside the send. */
export type StagingSettings = RememberSettings & {
  readonly stageTtlMs: number;
  readonly budget: RedisBudget;
  readonly filters: FilterPool;
  readonly now: () => Date;
};

/** What came of it. */
export type StagedOutcome = WithDuplicates & { readonly alreadyEnqueued: boolean; readonly recipients: ListCounts };

/**
 * Brings recipients in any number into Redis, and then puts the send on the queue: nothing is sent before all are there.
 * Memory does not grow with their number, and the source is not asked for more than Redis takes.
 */
export async function enqueueStaged(
  access: QueueAccess,
  settings: StagingSettings,
  request: StagedRequest,
): Promise<StagedOutcome> {
  const known = (await findClaims(access, request.region, [request.id])).get(request.id);
  if (known) return compare(known, settings, request);
  request.requireInTime();
  await settings.budget.ensure(true);
  const stage = createStage(access, settings.stageTtlMs);
  return stageAndAdd(access, settings, request, stage).catch(async (error: unknown) => {
    await stage.discard();
    throw error;
  });
}

async function stageAndAdd(
  access: QueueAccess,
  settings: StagingSettings,
  request: StagedRequest,
  stage: Stage,
): Promise<StagedOutcome> {
  const { common, listed } = splitParameters(request.parameters);
  const once = createStagingOnce(stage, listed, settings.filters, { size: sizeOf(request.recipients) });
  const { intake, digest } = await takeAll(settings, request, once).finally(once.close);
  const { staged: valid, duplicate } = once.counts();
  const counts = { requested: intake.requested(), valid, duplicate, rejected: intake.rejected() };
  requireSomebody(counts, request, intake);
  const { id, region, message, parameters, sendAt, duplicates } = request;
  const list = { id, region, size: valid, pages: stage.readBack };
  const sends = duplicates && { message, defaults: parameters, lists: [list], sendAt, duplicates };
  const state = { isHandedOver: false };
  const read = { stage, counts, intake, common, print: printOf(digest) };
  return enqueueGuarded(access, settings, sends, {
    mayBeAdded: () => state.isHandedOver,
    add: async ([sentTo]) => {
      if (sentTo?.kind !== "rest") return addList(access, settings, request, read, state);
      await stage.discard();
      const rest = { ...read, stage: sentTo.stage, counts: leavingOut(counts, sentTo.recipients) };
      return addList(access, settings, request, rest, state);
    },
  });
}

/** A list that is staged, and what is known about it. */
export type ReadList = {
  readonly stage: Stage;
  readonly counts: ListCounts;
  readonly intake: Pick<RecipientIntake, "refused">;
  /** The values that are for everybody. */
  readonly common: Readonly<Record<string, object>>;
  /** Of its content: see `printOf`. */
  readonly print: string;
};

/** Puts a send on its queue whose recipients are staged. @param state - says whether a job may point at the stage */
export async function addList(
  access: QueueAccess,
  settings: RememberSettings,
  { id, region, message, delayMs, keepMs }: Pick<StagedRequest, "id" | "region" | "message" | "delayMs" | "keepMs">,
  { stage, counts, intake, common, print }: ReadList,
  state: AdditionState,
): Promise<StagedOutcome> {
  const { valid, duplicate, rejected } = counts;
  const staged = { id: stage.id, recipients: valid, duplicate, rejected, refused: intake.refused() };
  const parameters = Object.keys(common).length > 0 ? common : undefined;
  const data = { ...message, parameters, staged } as unknown as StagedSend;
  const addition = { id, region, data, delayMs: delayMs(), keepMs: keepMs(), claim: { print, what: counts } };
  const there = await addStaged(access, settings, stage, addition, state);
  return { alreadyEnqueued: there !== null, recipients: there ?? counts };
}

/** The send is on the queue: it is only checked that it is the same one, for which nothing has to be staged. */
async function compare(known: Claim, settings: StagingSettings, request: StagedRequest): Promise<StagedOutcome> {
  const { digest } = await takeAll(settings, request, null);
  return { alreadyEnqueued: true, recipients: countsOf(known, printOf(digest)) };
}

async function takeAll(
  { budget, now }: StagingSettings,
  { message, parameters, recipients, onProgress, signal }: StagedRequest,
  once: StagingOnce | null,
): Promise<{ readonly intake: RecipientIntake; readonly digest: string }> {
  const digest = createListDigest();
  const readValues = createOwnValuesReader(message, now());
  const isComplete = completenessOf(message, parameters);
  const intake = createRecipientIntake({ digest, readValues, isComplete }, (chunk) => once?.add(chunk));
  const content = await readToEnd({ message, recipients, intake, digest, once, budget, onProgress, signal });
  return { intake, digest: content };
}

/** @throws InvalidSendError when nobody is left, with the first of the entries that are no recipients */
function requireSomebody({ valid }: ListCounts, { message }: StagedRequest, intake: RecipientIntake): void {
  if (valid > 0) return;
  const refused = intake.refused().map(({ recipient }) => recipient);
  throw new InvalidSendError(nobodyLeft(message, refused, new Date()));
}
