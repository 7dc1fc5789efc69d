import { fingerprint, LIMITS, readSend, type Send, sendId } from "@volley/contract";
import { printOf } from "../claim/claim.ts";
import {
  type Duplicates,
  type DuplicatesFound,
  type DuplicatesOption,
  readDuplicates,
} from "../duplicates/duplicates.ts";
import { enqueueShort } from "./enqueue-short.ts";
import { enqueueStaged, type StagedOutcome, type StagingSettings } from "./enqueue-staged.ts";
import { handOverFrom } from "../terms/hand-over.ts";
import { liftPaceHold } from "../region/lift-pace-hold.ts";
import type { ListCounts } from "../terms/list-counts.ts";
import type { QueueAccess, SendAddress } from "../redis/queue-access.ts";
import { isSource, type SendToMany } from "../recipients/recipient-source.ts";
import { requireKey, requireRegion } from "../terms/require-argument.ts";
import { readWithoutRecipients, requireGood, requireInTime, type Times } from "../terms/read-message.ts";
import { stageLife } from "../terms/stage-life.ts";
import type { ProgressReport } from "../staging/staging-progress.ts";
import type { ServedRegions } from "../region/served-regions.ts";
import {
  type EnqueueWarning,
  type WarnedSend,
  warnOfExpiry,
  warnOfPast,
  warnOfNoWorker,
} from "../region/send-warnings.ts";

/** What a send is put on the queue with. */
export type EnqueueOptions = {
  /** The region's name. There is no default: a service plan lives in one region. */
  readonly region: string;
  /**
   * Yours, at most 512 characters: in one region the same key never sends twice. Make it from what the message is about.
   * In another region, or with `auto`, the same key is another send.
   */
  readonly idempotencyKey: string;
  /** Called while a long list or a stream is staged: at most every 100 ms, and at its end. What it throws ends it. */
  readonly onProgress?: ProgressReport | undefined;
  /**
   * Ends the staging of a long list or a stream; a send that is already being added is not taken back. One that is aborted
   * when the call begins enqueues nothing.
   */
  readonly signal?: AbortSignal | undefined;
  /**
   * Looks for recipients who got the same text a while ago from another send, or were enqueued for it: the same sender,
   * the same words with the values that are theirs, whenever and in whichever region. Only sends with this option are
   * remembered, their numbers too, for 24 hours or as long as the option looks back. @default nobody is looked for
   */
  readonly duplicates?: DuplicatesOption | undefined;
};

/** A send that is on the queue. */
export type Enqueued = {
  /** The send's ID, which is its job's ID. */
  readonly id: string;
  readonly region: string;
  /** Whether an earlier call with the same key and content had enqueued it. */
  readonly alreadyEnqueued: boolean;
  readonly recipients: ListCounts;
  /**
   * What somebody should know about it: `VOLLEY_ENDS_AFTER_EXPIRY` when it will not be done in time, `VOLLEY_NO_WORKER` when
   * no worker has ever worked on its region.
   */
  readonly warnings: readonly EnqueueWarning[];
  /** With the option `duplicates`, who was found, if anybody: left out, and counted as duplicate, or sent to again. */
  readonly duplicates?: DuplicatesFound;
};

/** What enqueueing depends on beside the send. */
export type EnqueueSettings = StagingSettings & {
  readonly leadMs: number;
  readonly served: ServedRegions;
};

/** Where a send goes, and by which ID. */
type Target = SendAddress & { readonly duplicates: Duplicates | null };

/**
 * Puts a send on its region's queue, once per idempotency key. A short list travels in the job; a long one, and whatever
 * yields recipients one by one, is staged first.
 */
export async function enqueueSend(
  access: QueueAccess,
  settings: EnqueueSettings,
  send: SendToMany,
  options: EnqueueOptions,
): Promise<Enqueued> {
  const { region, idempotencyKey, signal } = options;
  signal?.throwIfAborted();
  requireRegion(region);
  requireKey(idempotencyKey);
  const duplicates = readDuplicates(options.duplicates);
  const id = sendId(region, idempotencyKey);
  const target = { region, id, duplicates };
  const outcome = isShortList(send)
    ? await enqueueShortList(access, settings, send, target)
    : await enqueueMany(access, settings, send, { ...options, ...target });
  const { alreadyEnqueued, recipients } = outcome;
  const added = { id, region, alreadyEnqueued, recipients: recipients.valid };
  return { id, region, ...outcome, warnings: await afterAdding(access, settings, send, added) };
}

/** What follows when a send is on its queue. Nothing of it may fail the call any more. */
export async function afterAdding(
  access: QueueAccess,
  { leadMs, served, now }: EnqueueSettings,
  send: SendToMany,
  { alreadyEnqueued, ...added }: Pick<WarnedSend, "id" | "region" | "recipients"> & Pick<Enqueued, "alreadyEnqueued">,
): Promise<EnqueueWarning[]> {
  const unserved = await warnOfNoWorker(served, added.region);
  if (alreadyEnqueued) return unserved;
  if (send.priority === "urgent") await liftPaceHold(access, added.region);
  const times = { sendAt: send.send_at, expireAt: send.expire_at };
  const past = warnOfPast(times.sendAt, now());
  return [...unserved, ...past, ...(await warnOfExpiry(access, { ...added, ...times }, { leadMs, now: now() }))];
}

/** Whether a send travels in its job as it is. Whatever is no list at all is left to the contract to be refused. */
export function isShortList(send: SendToMany): send is Send {
  const to: unknown = Reflect.get(Object(send), "to");
  if (!Array.isArray(to)) return !isSource(to);
  return to.length <= LIMITS.unstagedRecipients && !to.some((entry) => typeof entry === "object" && entry !== null);
}

async function enqueueShortList(
  access: QueueAccess,
  settings: EnqueueSettings,
  send: Send,
  target: Target,
): Promise<StagedOutcome> {
  const { leadMs, budget, now } = settings;
  const ready = requireGood(readSend(send, now()));
  const data = copyOf(send);
  const requireRoom = async (): Promise<void> => {
    requireInTime(ready, now());
    await budget.ensure(false);
  };
  return enqueueShort(access, settings, {
    ...target,
    data,
    ready,
    print: printOf(fingerprint(data)),
    requireRoom,
    delayMs: () => delayOf(ready, now(), leadMs),
    keepMs: () => stageLife(ready, now()),
  });
}

async function enqueueMany(
  access: QueueAccess,
  settings: EnqueueSettings,
  send: SendToMany,
  options: Omit<EnqueueOptions, "duplicates"> & Target,
): Promise<StagedOutcome> {
  const { leadMs, now } = settings;
  const { to, ...given } = send;
  const ready = requireGood(readWithoutRecipients(given, now()));
  const message = copyOf(given);
  return enqueueStaged(access, settings, {
    ...options,
    message,
    parameters: ready.parameters,
    recipients: to,
    sendAt: ready.sendAt,
    requireInTime: () => requireInTime(ready, now()),
    delayMs: () => delayOf(ready, now(), leadMs),
    keepMs: () => stageLife(ready, now()),
  });
}

/** As it goes to Redis, now: the caller may go on to change the object before it is there. */
export function copyOf<Given>(given: Given): Given {
  return JSON.parse(JSON.stringify(given)) as Given;
}

/** How long a send is held before a worker has it, in milliseconds. */
export function delayOf({ sendAt }: Pick<Times, "sendAt">, now: Date, leadMs: number): number {
  return handOverFrom(sendAt, leadMs, now).getTime() - now.getTime();
}
