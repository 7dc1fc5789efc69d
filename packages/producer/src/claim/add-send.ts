import type { Send, StagedSend } from "@volley/contract";
import type { QueueAccess, SendAddress } from "../redis/queue-access.ts";
import type { Rejection } from "../recipients/recipient-intake.ts";
import type { Stage } from "../staging/stage.ts";
import { delayOf, stageLife, type Leads } from "../terms/hand-over.ts";
import type { ListCounts } from "../terms/list-counts.ts";
import type { Times } from "../terms/read-message.ts";
import { type RememberSettings, rememberedFor } from "../terms/remember-settings.ts";
import type { ListedAs } from "./listed.ts";
import type { AdditionState } from "./add-together.ts";
import { addOnce, countsThere } from "./add-with-claims.ts";

/** A send that is ready to be put on its queue. */
export type ReadySend = SendAddress & {
  readonly data: Send | StagedSend;
  readonly times: Times;
  /** Of its content: see `printOf`. */
  readonly print: string;
  readonly counts: ListCounts;
  /** Where its recipients are, all of them, when they are staged. */
  readonly stage?: Stage;
};

/** What adding depends on beside the send. */
export type AddContext = QueueAccess &
  RememberSettings & { readonly served: Leads; readonly now: () => Date } & ListedAs;

/** A send that is on its queue. */
export type AddedSend = {
  /** Whether an earlier call with the same key and content had put it there. */
  readonly alreadyEnqueued: boolean;
  readonly recipients: ListCounts;
};

/**
 * Puts a send on its queue, unless it is there. A process that dies on the way leaves a stage that expires soon, and the
 * key as good as new; or the send is on its queue. Of a send that was there before, the stage is gone afterwards.
 *
 * @throws ProducerError as {@link countsThere}
 */
export async function addSend(
  context: AddContext,
  { times, print, counts, stage, ...send }: ReadySend,
  state: AdditionState,
): Promise<AddedSend> {
  const added = await context.link.run(async (stillWanted) => {
    const leadMs = await context.served.leadMs(send.region, times.sendAt);
    // Staging takes its time: it is counted now.
    const now = context.now();
    const delayMs = delayOf(times, leadMs, now);
    const addition = {
      ...send,
      delayMs,
      claims: new Map([[send.id, { print, what: counts }]]),
      listed: { kind: context.listedAs ?? "send", whole: context.whole ?? null, ...counts },
      ...rememberedFor(context, delayMs),
      ...(stage && { stage: { key: stage.key, pieces: stage.pieces(), keepMs: stageLife(times, now) } }),
      state,
    };
    return addOnce(context, addition, stillWanted);
  });
  const there = countsThere(added, { id: send.id, print, counts });
  if (there) await stage?.discard();
  return { alreadyEnqueued: there !== null, recipients: there ?? counts };
}

/** A send whose recipients are staged, all of them. */
export type StagedSendInParts = Omit<ReadySend, "data"> & {
  readonly stage: Stage;
  /** The send without its recipients and their values. */
  readonly message: object;
  /** The values that are for everybody. */
  readonly common: Readonly<Record<string, object>>;
  /** The first of those who were rejected. */
  readonly rejections: readonly Rejection[];
};

/** Puts a send on its queue whose recipients are staged. @see {@link addSend} */
export async function addStaged(
  context: AddContext,
  { message, common, rejections, ...send }: StagedSendInParts,
  state: AdditionState,
): Promise<AddedSend> {
  const { valid, duplicate, rejected } = send.counts;
  const staged = { id: send.stage.id, recipients: valid, duplicate, rejected, rejections };
  const parameters = Object.keys(common).length > 0 ? common : undefined;
  const data = { ...message, parameters, staged } as unknown as StagedSend;
  return addSend(context, { ...send, data }, state);
}
