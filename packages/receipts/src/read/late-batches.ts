import { referredSend } from "@volley/contract";
import { type KeptProof, readScopeCode } from "@volley/opt-outs";
import type { Cluster, Redis } from "ioredis";
import { findBatchesTo } from "../reached/find-batches.ts";
import { batchOfReference } from "../reached/find-last-send.ts";
import { isFinal } from "../terms/delivery-state.ts";
import { bucketKey, bucketOf, DEFAULT_SENDER, reachedKey } from "../terms/keys.ts";
import { type KeptState, unpackState } from "../terms/packed-state.ts";

/** A send that was handed over before somebody was on the list, and was or may have been sent after. */
export type LateSend = {
  readonly send_id: string | null;
  readonly batch_id: string | null;
  readonly region: string;
  readonly handed_over_at: string | null;
  /** When the provider was to send it; `null`: at once. */
  readonly send_at: string | null;
  /**
   * `delivered`: by its report, after they were on the list. `not_delivered`: by its report it never comes. `taken_out`: of the batch, before
   * it was sent. `not_known`: nobody says, or not yet.
   */
  readonly became: "delivered" | "not_delivered" | "taken_out" | "not_known";
  /** The provider's word, its code, and when; `null` without a report. */
  readonly status: string | null;
  readonly code: number | null;
  readonly status_at: string | null;
  /** More about it, such as the provider's code for why they were not taken out. */
  readonly why: string;
};

type Source = { readonly redis: Redis | Cluster; readonly prefix: string };
type Noted = KeptProof["late"][number];
type Row = KeptProof["heard"][number];

const STOPS: ReadonlySet<string> = new Set(["stop", "maybe", "network"]);

/** The provider tries for so long. */
const LONGEST_WAY_MS = 3 * 24 * 60 * 60 * 1_000;

/** A state's time is kept to the second, rounded. */
const ROUNDED_MS = 500;

/** What was too late for somebody, as far as it is known. */
export type LateSends = {
  readonly sends: LateSend[];
  /** Whether nothing is known of whom a sender's batches have reached. */
  readonly isIndexGone: boolean;
  /** Whether a sender had more batches than are looked through. */
  readonly isCut: boolean;
};

/** What was too late for somebody: what was noted when they were heard, and what has been reported since. */
export async function readLateBatches(source: Source, number: string, { heard, late }: KeptProof): Promise<LateSends> {
  const stops = heard.filter(({ what, became }) => STOPS.has(what) && became !== "outdated");
  const noted = await Promise.all(late.map(async (batch) => shownNoted(source, number, batch, stops)));
  const known = new Set(late.map(({ reference }) => reference));
  const since = await Promise.all(stops.map(async (row) => deliveredAfter(source, number, row)));
  const found = new Map(since.flatMap(({ sends }) => sends).filter(([reference]) => !known.has(reference)));
  const indices = await Promise.all(stops.map(async (row) => hasIndex(source, row)));
  return {
    sends: [...noted.filter((each) => each !== null), ...found.values()],
    isIndexGone: indices.includes(false),
    isCut: since.some(({ isCut }) => isCut),
  };
}

/** @returns `null` where it was in time after all */
async function shownNoted(
  source: Source,
  number: string,
  { reference, region, sender, sendId, batchId, handedOverAt, sendAt, became, why, at }: Noted,
  stops: readonly Row[],
): Promise<LateSend | null> {
  const place = { prefix: source.prefix, region };
  const about = { reference, from: number, to: sender ?? DEFAULT_SENDER };
  const batch = batchId ?? (await batchOfReference(source.redis, place, about));
  const state = batch === null ? null : await stateOf(source, { region, batchId: batch, number });
  const stop = stops.findLast((row) => row.at <= at);
  const end = became === "taken_out" ? became : endOf(state, stop === undefined ? at : toldAt(stop));
  if (end === null) return null;
  const sent = { send_id: sendId, batch_id: batch, region, became: end, why };
  return { ...sent, ...times(handedOverAt, sendAt), ...shownState(state) };
}

/** Of what was accepted before a stop, whatever has a report that it was delivered after it. */
async function deliveredAfter(
  source: Source,
  number: string,
  row: Row,
): Promise<{ readonly sends: [reference: string, LateSend][]; readonly isCut: boolean }> {
  const { region = null, at } = row;
  if (region === null) return { sends: [], isCut: false };
  const since = new Date(at.getTime() - LONGEST_WAY_MS);
  const place = { prefix: source.prefix, region };
  const query = { person: number, sender: senderOf(row), since, until: at };
  const { batches, isCut } = await findBatchesTo(source.redis, place, query);
  const found: [string, LateSend][] = [];
  for (const { reference, batchId, at: handedOverAt } of batches) {
    const state = batchId === null ? null : await stateOf(source, { region, batchId, number });
    if (state === null || endOf(state, toldAt(row)) !== "delivered") continue;
    const sent = { send_id: referredSend(reference)?.id ?? null, batch_id: batchId, region, why: "" };
    found.push([reference, { ...sent, became: "delivered", ...times(handedOverAt, null), ...shownState(state) }]);
  }
  return { sends: found, isCut };
}

/** @returns `null` where it was delivered before */
function endOf(state: KeptState | null, stoppedAt: Date): LateSend["became"] | null {
  if (state === null || !isFinal(state)) return "not_known";
  if (state.status !== "Delivered") return "not_delivered";
  return state.at.getTime() - ROUNDED_MS > stoppedAt.getTime() ? "delivered" : null;
}

/** When the provider was told; where that is not known, when it was written down, which is before. */
function toldAt({ at, acknowledgedAt }: Row): Date {
  return acknowledgedAt ?? at;
}

function senderOf({ scope }: Row): string | null {
  const read = readScopeCode(scope);
  return read !== "all" && "sender" in read ? read.sender : null;
}

async function stateOf(
  { redis, prefix }: Source,
  { region, batchId, number }: { readonly region: string; readonly batchId: string; readonly number: string },
): Promise<KeptState | null> {
  const text = await redis.hget(bucketKey({ prefix, region }, batchId, bucketOf(number)), number);
  return text === null ? null : unpackState(text, batchId);
}

/** Whether anything is known of whom batches by the sender reach. */
async function hasIndex({ redis, prefix }: Source, row: Row): Promise<boolean> {
  const { region = null, send_id: sendId = null } = row;
  if (region === null || sendId !== null) return true;
  const sender = senderOf(row);
  const place = { prefix, region };
  const keys = [DEFAULT_SENDER, ...(sender === null ? [] : [sender])].map((each) => reachedKey(place, each));
  return (await redis.exists(...keys)) > 0;
}

function times(handedOverAt: Date | null, sendAt: Date | null) {
  return { handed_over_at: handedOverAt?.toISOString() ?? null, send_at: sendAt?.toISOString() ?? null };
}

function shownState(state: KeptState | null) {
  return { status: state?.status ?? null, code: state?.code ?? null, status_at: state?.at.toISOString() ?? null };
}
