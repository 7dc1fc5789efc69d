import { randomUUID } from "node:crypto";
import { holdLease, leaveLease, valuesOfNumbers } from "@volley/contract";
import {
  changeWaiting,
  dropWaiting,
  type KeptWaiting,
  listWaiting,
  openProofs,
  readWaiting,
  UnreadableListError,
  type WaitingBatch,
} from "@volley/opt-outs";
import pLimit from "p-limit";
import type { RegionContext } from "../region/region-context.ts";
import { complainRarely } from "../terms/complain-rarely.ts";
import { keepLooking } from "../terms/keep-looking.ts";
import { countOut, isWrittenDown } from "./count-out.ts";
import { takeOut, type TakenOut } from "./take-out.ts";

/** How often it is looked whether somebody has opted out whose batch waits, in milliseconds. */
const LOOK_MS = 1_000;

/** After a round it rests for so many milliseconds for each batch that was read: a list that changes keeps no worker busy. */
const REST_MS = 1;

/** So late another process takes over from one that died, in milliseconds. */
const LEASE_MS = 5_000;

/** Batches that are changed at once, as with cancellations. */
const REQUESTS_AT_ONCE = 4;

/** So long those are gathered who are taken out of a send: each count makes its result anew and tells it; in milliseconds. */
const GATHER_MS = 30_000;

/** The longest time that a batch is left alone of which the provider does not do what it is asked, in milliseconds. */
const LONGEST_REST_MS = 60_000;

/** What is remembered from one round to the next. */
export type Memory = {
  /** In which version of the list each batch was looked up of which nobody is to be taken out. */
  readonly seen: Map<string, string>;
  /** Batches of which the provider does not do what it is asked, by ID. */
  readonly rests: Map<string, Rest>;
  /** When each send may be counted once more, by this process' own clock. */
  readonly counted: Map<string, number>;
  /** When the provider is asked again, by this process' own clock. */
  againAt: number;
};

/** How long a batch is left alone; not where somebody else is to leave it. */
type Rest = {
  /** How many were to leave it. */
  readonly people: number;
  /** In milliseconds; it doubles each time. */
  readonly pauseMs: number;
  /** By this process' own clock. */
  readonly againAt: number;
};

/**
 * Takes whoever opts out out of the batches of a region that wait at the provider for their `send_at`. One process does so over
 * all; where it dies, another takes over. What was done is written down with the batch, and done once more where it was not.
 *
 * @returns ends it
 */
export function startTakingOut(context: RegionContext): () => void {
  const { redis, region, prefix, log } = context;
  const lease = { redis, key: `${prefix}:taking-out:${region}`, me: randomUUID() };
  const memory: Memory = { seen: new Map(), rests: new Map(), counted: new Map(), againAt: 0 };
  const complain = complainRarely(log, { region, message: "whoever has opted out is not taken out of batches" });
  let restUntil = 0;
  const goesOn = async (): Promise<boolean> => !context.isClosing() && (await holdLease(lease, LEASE_MS));
  const look = async (): Promise<void> => {
    if (performance.now() < restUntil || context.aside.isAside() || !(await goesOn())) return;
    const due = await listWaiting(context);
    if (due.size === 0) return memory.seen.clear();
    const read = await lookAtAll(context, due, memory, goesOn);
    restUntil = performance.now() + REST_MS * read;
  };
  const end = keepLooking(look, LOOK_MS, (error) => {
    // Whoever sends says so, too.
    if (error instanceof UnreadableListError || context.writes.isRefusal(error)) return;
    complain(error instanceof Error ? error : new Error(String(error)));
  });
  return () => {
    end();
    leaveLease(lease).catch(() => {});
  };
}

/**
 * One look at all batches that wait.
 *
 * @param due - by ID, when the provider sends each of them
 * @param goesOn - asked after each page of them
 * @returns how many were read
 */
export async function lookAtAll(
  context: RegionContext,
  due: ReadonlyMap<string, number>,
  memory: Memory,
  goesOn: () => Promise<boolean>,
): Promise<number> {
  const { redis, suppressions } = context;
  const head = (await redis.get(suppressions.head)) ?? "";
  await suppressions.upTo(head);
  const now = context.now().getTime();
  for (const known of [memory.seen, memory.rests]) {
    for (const id of known.keys()) if (!due.has(id)) known.delete(id);
  }
  const isSeen = ([id]: readonly [string, number]): boolean => memory.seen.get(id) === head;
  const [known, open] = [[...due].filter(isSeen), [...due].filter((each) => !isSeen(each))];
  const over = new Set(known.flatMap(([id, at]) => (at <= now ? id : [])));
  const count = counting(memory);
  const limit = pLimit(REQUESTS_AT_ONCE);
  const openIds = open.map(([id]) => id);
  // What is written down no more is no batch that waits.
  const gone = new Set(openIds);
  for await (const page of readWaiting(context, openIds)) {
    for (const { batch } of page) gone.delete(batch.batchId);
    const kept = await limit.map(page, async (each) => lookAtOne(context, each, memory));
    await countAll(context, kept, count);
    for (const { batch } of kept) {
      if (batch.out.length > batch.counted || leavingOf(context, batch).length > 0) continue;
      if (now >= batch.sendAt) over.add(batch.batchId);
      else memory.seen.set(batch.batchId, head);
    }
    if (!(await goesOn())) return open.length;
  }
  await dropWaiting(context, [...over, ...gone]);
  return open.length;
}

/** @returns how it stands afterwards */
async function lookAtOne(context: RegionContext, kept: KeptWaiting, memory: Memory): Promise<KeptWaiting> {
  const { batch } = kept;
  const leaving = leavingOf(context, batch);
  if (leaving.length === 0 || performance.now() < memory.againAt || rests(memory, batch, leaving.length)) return kept;
  if (!(await isWrittenDown(context, batch))) return kept;
  const taken = await takeOut(context, batch, leaving);
  const { out, late, isCanceled = false, retryAfterMs = 0 } = taken;
  if (retryAfterMs > 0) memory.againAt = performance.now() + retryAfterMs;
  else if (out.length + late.length === 0) rest(context, memory, batch, leaving.length);
  if (out.length + late.length === 0 && !isCanceled) return kept;
  await prove(context, batch, taken);
  const changed = await changeWaiting(context, kept, {
    out: [...batch.out, ...out],
    late: [...batch.late, ...late],
    // Of a batch that somebody has canceled nobody is texted.
    ...(isCanceled && { to: batch.out }),
  });
  if (changed === null) return kept;
  tellTakenOut(context, batch, taken);
  return changed;
}

function rests({ rests: known }: Memory, { batchId }: WaitingBatch, people: number): boolean {
  const last = known.get(batchId);
  return last?.people === people && performance.now() < last.againAt;
}

/** Not past the time at which the provider sends: then it is decided. */
function rest({ now }: RegionContext, { rests: known }: Memory, batch: WaitingBatch, people: number): void {
  const last = known.get(batch.batchId);
  const doubledMs = last?.people === people ? 2 * last.pauseMs : LOOK_MS;
  const latestMs = Math.max(LOOK_MS, Math.abs(batch.sendAt - now().getTime()) / 2);
  const pauseMs = Math.min(doubledMs, latestMs, LONGEST_REST_MS);
  known.set(batch.batchId, { people, pauseMs, againAt: performance.now() + pauseMs });
}

/** Who of a batch has opted out, and is still in it. */
function leavingOf({ suppressions, region }: RegionContext, { to, out, late, from }: WaitingBatch): string[] {
  const gone = new Set([...out, ...late]);
  const open = gone.size === 0 ? to : to.filter((number) => !gone.has(number));
  return suppressions.among(() => valuesOfNumbers(open), { region, sender: from }).map((place) => open[place] ?? "");
}

/** Before it is written down: a worker that dies in between is followed by one that does it once more, which changes nothing. */
async function prove(context: RegionContext, batch: WaitingBatch, taken: TakenOut): Promise<void> {
  const { redis, prefix, region, suppressions, proofS } = context;
  const { reference, sendId, batchId, handedOverAt, sendAt } = batch;
  const times = { handedOverAt: new Date(handedOverAt), sendAt: new Date(sendAt) };
  const late = { reference, region, sendId, batchId, ...times };
  const proofs = openProofs({ redis, prefix, numbering: suppressions.numbering, keepS: proofS });
  for (const number of taken.out) await proofs.noteTakenOut(number, late, "to_remove");
  for (const number of taken.late) await proofs.noteTooLate(number, late, taken.code ?? "");
}

function tellTakenOut({ region, observer, log }: RegionContext, { batchId }: WaitingBatch, taken: TakenOut): void {
  const { out, late, code } = taken;
  if (out.length > 0) {
    observer.takenOut({ region, outcome: "out", recipients: out.length });
    log.info({ region, batchId, recipients: out.length }, "taken out of a batch that waited: they have opted out");
  }
  if (late.length > 0) {
    observer.takenOut({ region, outcome: "too_late", recipients: late.length });
    log.warn({ region, batchId, recipients: late.length, code }, "they have opted out too late for a batch");
  }
}

/** When sends are counted: those of which that was not long ago are not in this round, with all of their batches. */
type Counting = { readonly next: Map<string, number>; readonly gathering: ReadonlySet<string> };

function counting({ counted: next }: Memory): Counting {
  for (const [id, at] of next) if (at <= performance.now()) next.delete(id);
  return { next, gathering: new Set(next.keys()) };
}

/** Counts in the results of sends who was taken out since. */
async function countAll(context: RegionContext, all: KeptWaiting[], { next, gathering }: Counting): Promise<void> {
  const open = all.filter(({ batch: { out, counted, sendId } }) => out.length > counted && !gathering.has(sendId));
  for (const sendId of new Set(open.map(({ batch }) => batch.sendId))) {
    const ofSend = open.filter(({ batch }) => batch.sendId === sendId);
    const batches = ofSend.map(({ batch }) => batch);
    if (!(await countOut(context, sendId, batches))) continue;
    next.set(sendId, performance.now() + GATHER_MS);
    for (const each of ofSend) await changeWaiting(context, each, { counted: each.batch.out.length });
  }
}
