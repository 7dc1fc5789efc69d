import { normaliseRecipient } from "@volley/contract";
import type { WaitingBatch } from "@volley/opt-outs";
import type { Batch, Failure } from "@volley/sinch";
import { judgeCanceled } from "../ask/judge-canceled.ts";
import type { RegionContext } from "../region/region-context.ts";

/** What became of people who were to be taken out of a batch. Those who are in no list are tried again. */
export type TakenOut = {
  /** They are not in it any more. */
  readonly out: readonly string[];
  /** They were texted, or may be: it is too late. */
  readonly late: readonly string[];
  /** Whether somebody has canceled all of it: nobody of it is texted. */
  readonly isCanceled?: boolean;
  /** Why it was not done, in the provider's code. */
  readonly code?: string;
  /** For how long it is no use to ask about others, in milliseconds. */
  readonly retryAfterMs?: number;
};

/** So long a provider is left alone that says nothing else: one that does not answer, and one that refuses the token; in milliseconds. */
const AGAIN_MS = 1_000;
const REFUSED_MS = 5_000;

/** Sinch's documents of 2021 (sinch-facts 9.3); a current limit is not published. */
const MOST_AT_ONCE = 100;

/** Codes by which the provider says that it has begun to send a batch (sinch-facts 5.4, 9.3). */
const BEGUN: ReadonlySet<string> = new Set(["batch_already_dispatched", "conflict_send_at"]);

const NOBODY: TakenOut = { out: [], late: [] };

/**
 * Takes people out of a batch that waits at the provider; where nobody else is left in it, it is canceled. That may be done
 * again and again: whoever is not in it any more is passed over. What the provider refuses, or does not answer until the batch is due, the batch itself
 * decides: it says whom it is to.
 */
export async function takeOut(
  context: RegionContext,
  batch: WaitingBatch,
  people: readonly string[],
): Promise<TakenOut> {
  const left = batch.to.length - batch.out.length - people.length;
  return left > 0 ? remove(context, batch, people.slice(0, MOST_AT_ONCE)) : cancel(context, batch, people);
}

async function remove(context: RegionContext, batch: WaitingBatch, people: readonly string[]): Promise<TakenOut> {
  const type = batch.type === undefined ? {} : { type: batch.type as "mt_text" };
  const answer = await context.client.batches.update(batch.batchId, { ...type, to_remove: people });
  if (answer.kind !== "ok") return refused(context, batch, people, answer);
  // A provider that answers with the batch as it was has not done it.
  const { still, out } = divided(people, answer.value.to ?? []);
  return isOver(context, batch) ? { out, late: still, code: "still_there" } : { out, late: [] };
}

async function cancel(context: RegionContext, batch: WaitingBatch, people: readonly string[]): Promise<TakenOut> {
  const { client } = context;
  const before = batch.out.length > 0 ? await client.readBatch(batch.batchId) : undefined;
  const answer = await client.cancelBatch(batch.batchId);
  if (answer.kind !== "canceled") return refused(context, batch, people, answer);
  const shown = { ...answer.batch, id: batch.batchId };
  // A batch that was changed has been canceled since, where its time of the last change moves once more.
  const changedAt = before?.kind === "batch" && !before.batch.canceled ? before.batch.modified_at : undefined;
  return changedAt === undefined
    ? judged(context, batch, people, shown)
    : judged(context, { ...batch, out: [] }, people, { ...shown, created_at: changedAt });
}

/**
 * The last word is the batch's own, once it will not be changed any more. A list of which the provider refuses something else is
 * halved, and each half asked for by itself: whoever it takes is out.
 */
async function refused(
  context: RegionContext,
  batch: WaitingBatch,
  people: readonly string[],
  failure: Failure,
): Promise<TakenOut> {
  const { code } = failure;
  const again = { ...NOBODY, code, retryAfterMs: restOf(failure) };
  // 404 may mean that it is not there yet.
  const isRefused = failure.kind === "rejected" && failure.status !== 404;
  const isDue = context.now().getTime() >= batch.sendAt;
  if (!isRefused && !isDue) return again;
  const reading = await context.client.readBatch(batch.batchId);
  if (reading.kind !== "batch") return isOver(context, batch) ? { ...again, late: people } : again;
  const { batch: shown } = reading;
  if (!shown.canceled) {
    const { still, out } = divided(people, shown.to ?? people);
    return isDue || BEGUN.has(code)
      ? { out, late: still, code }
      : inHalves(context, batch, still, { out, late: [], code });
  }
  const isOurs = batch.to.length - batch.out.length === people.length;
  const stopped = await judged(context, batch, people, shown);
  return isOurs || stopped.late.length > 0 ? stopped : { ...NOBODY, isCanceled: stopped.out.length > 0 };
}

/** @param already - what is known of the others */
async function inHalves(
  context: RegionContext,
  batch: WaitingBatch,
  people: readonly string[],
  already: TakenOut,
): Promise<TakenOut> {
  // Those who are all of a batch are not taken out of it one by one.
  const isAll = batch.to.length - batch.out.length - already.out.length === people.length;
  if (people.length < 2 || isAll) return already;
  const middle = Math.ceil(people.length / 2);
  let taken = already;
  for (const half of [people.slice(0, middle), people.slice(middle)]) {
    const { out, late, ...said } = await remove(context, batch, half);
    taken = { ...taken, ...said, out: [...taken.out, ...out], late: [...taken.late, ...late] };
    if (said.isCanceled || (said.retryAfterMs ?? 0) > 0) break;
  }
  return taken;
}

function restOf(failure: Failure): number {
  if (failure.kind === "rejected" || ("status" in failure && failure.status === 404)) return 0;
  if (failure.kind === "unauthorized") return REFUSED_MS;
  return ("retryAfterMs" in failure && failure.retryAfterMs) || AGAIN_MS;
}

/** Whom a canceled batch has reached, the provider says. Of whom it does not say it in the end, it is taken for too late. */
async function judged(
  context: RegionContext,
  batch: WaitingBatch,
  people: readonly string[],
  shown: Pick<Batch, "id"> & Partial<Batch>,
): Promise<TakenOut> {
  const judgement = await judgeCanceled(context.client, shown, people.length, batch.out.length > 0);
  const code = "canceled_late";
  switch (judgement.kind) {
    case "in_time":
      return { ...NOBODY, out: people };
    case "too_late":
      return { ...NOBODY, late: people, code };
    case "mixed": {
      const { stopped, passed } = judgement;
      const out = people.filter((number) => stopped.has(number));
      const late = people.filter((number) => !stopped.has(number) && (passed.has(number) || isOver(context, batch)));
      return { out, late, code };
    }
    case "unread":
      return { ...NOBODY, late: isOver(context, batch) ? people : [], code: judgement.failure.code };
  }
}

/** Who of some people a batch still is to. */
function divided(
  people: readonly string[],
  to: readonly string[],
): { readonly still: string[]; readonly out: string[] } {
  const shown = new Set(to.map((recipient) => normaliseRecipient(recipient) ?? recipient));
  return {
    still: people.filter((number) => shown.has(number)),
    out: people.filter((number) => !shown.has(number)),
  };
}

/** Whether nothing more is to be had from the provider: for as long it is asked after the batch was due. */
function isOver({ now, unknownHoldMs }: RegionContext, { sendAt }: WaitingBatch): boolean {
  return now().getTime() >= sendAt + unknownHoldMs;
}
