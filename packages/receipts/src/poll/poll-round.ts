import { hash } from "node:crypto";
import type { Callback } from "../callback/callback.ts";
import { readCallback } from "../callback/read-callback.ts";
import { timeOf } from "../callback/fields.ts";
import { isFinal, rankOf, RANKS } from "../terms/delivery-state.ts";
import type { Lease } from "./lease.ts";
import { dueBatches, type OpenBatch, restBatch } from "./open-batches.ts";
import type { PollKind } from "./poll-source.ts";
import type { PollerOptions, ReadingEnd } from "./poller-options.ts";
import { type ListReading, readList, type Width } from "./read-list.ts";

/** What a round of readings works with. */
export type Means = { readonly lease: Lease; readonly pause: () => Promise<boolean>; readonly signal: AbortSignal };

const MINUTE_MS = 60 * 1_000;

/** A list that was never read is read from so long ago, in milliseconds: what the provider shows by itself. */
const FIRST_LOOK_MS = 24 * 60 * MINUTE_MS;

/** What happened so long before the newest that was read is read again, in milliseconds: it may be listed later. */
export const OVERLAP_MS = 2 * MINUTE_MS;

/** Where nothing happens, so much is read again, in milliseconds: our clock may be ahead of the provider's by so much. */
export const SKEW_MS = 10 * MINUTE_MS;

/** Entries of the last round that are remembered; what of them is read again and not remembered costs Redis a look. */
const MOST_REMEMBERED = 100_000;

const MARK_CHARACTERS = 14;

/** Batches that are looked at in one round. */
const MOST_LOOKS = 200;

/** A list of the provider's. */
type PolledList = {
  readonly kind: PollKind;
  readonly list: ListReading["list"];
  /** The field that says when an entry has happened. */
  readonly at: string;
  /** What an entry is that does not say. */
  readonly type: string;
};

/** One reading; it does not reject, and is `null` where nothing was to be read. */
export type Reading = readonly [kind: PollKind, read: () => Promise<ReadingEnd | null>];

/** The readings of one round, in their order; what people answer comes first, since it is little. */
export function createRound(options: PollerOptions, means: Means): readonly Reading[] {
  const { source } = options;
  const { signal } = means;
  const inbounds: ListReading["list"] = (window) => source.inbounds.all(window, { signal });
  const reports: ListReading["list"] = (window) => source.deliveryReports.all(window, { signal });
  const ofLists = [
    { kind: "inbounds", list: inbounds, at: "received_at", type: "mo_text" },
    { kind: "reports", list: reports, at: "at", type: "recipient_delivery_report_sms" },
  ] as const;
  return [
    ...ofLists.map((list) => [list.kind, safely(pollList(options, means, list))] as const),
    ["batches", safely(async () => pollBatches(options, means))] as const,
  ];
}

/** @returns the same, which tells of a trouble of ours as of the provider's */
export function safely<End>(read: () => Promise<End>): () => Promise<End | ReadingEnd> {
  return async () => {
    try {
      return await read();
    } catch (error) {
      return { kind: "failed", error };
    }
  };
}

/** Reads a list from its place on. Entries that were read in the round before are not written down again. */
function pollList(options: PollerOptions, { lease, pause }: Means, { kind, list, at, type }: PolledList) {
  const atOf = (entry: object): Date | null => timeOf(Reflect.get(entry, at));
  const width: Width = { ms: FIRST_LOOK_MS };
  let known: ReadonlySet<string> = new Set();
  // What Redis was told before it went away it may have forgotten.
  let losses = 0;
  options.redis.on("close", () => {
    losses += 1;
    known = new Set();
  });
  return async (): Promise<ReadingEnd> => {
    const seen = new Set<string>();
    const lossesBefore = losses;
    const to = new Date();
    const from = (await lease.readPlace(kind)) ?? new Date(to.getTime() - FIRST_LOOK_MS);
    let placeMs = from.getTime();
    const take = async (entries: readonly object[]): Promise<void> => {
      const marked = entries.map((entry) => ({ entry, mark: markOf(entry) }));
      const news = marked.filter(({ mark }) => !known.has(mark));
      await writeAll(
        options,
        kind,
        news.map(({ entry }) => readCallback({ type, ...entry })),
      );
      for (const { mark } of marked) if (seen.size < MOST_REMEMBERED) seen.add(mark);
    };
    const window = [new Date(placeMs - OVERLAP_MS), to] as const;
    const end = await readList({ list, take, atOf, pause }, window, width, async (readTo, newest) => {
      const certainMs = Math.max(newest?.getTime() ?? 0, to.getTime() - SKEW_MS);
      placeMs = Math.max(placeMs, Math.min(readTo.getTime(), certainMs));
      await lease.movePlace(kind, new Date(placeMs));
    });
    if (losses === lossesBefore) known = seen;
    return end;
  };
}

/** What an entry is told from others by. */
function markOf(entry: object): string {
  return hash("sha256", JSON.stringify(entry), "base64url").slice(0, MARK_CHARACTERS);
}

/** Looks at the reports of batches whose time has come. */
async function pollBatches(options: PollerOptions, { pause, signal }: Means): Promise<ReadingEnd> {
  const { redis, prefix, region, source } = options;
  const place = { prefix, region };
  for (const batch of await dueBatches(redis, place, new Date(), MOST_LOOKS)) {
    const answer = await source.deliveryReports.ofBatch(batch.batchId, { type: batch.type }, { signal });
    if (answer.kind !== "ok" && answer.kind !== "rejected") return answer;
    // One that is rejected the provider does not have any more, or never had.
    const isOver = answer.kind !== "ok" || (await takeReport(options, batch, answer.value));
    await restBatch(redis, place, batch, { now: new Date(), isOver });
    if (!(await pause())) return { kind: "stopped" };
  }
  return { kind: "ok" };
}

/** @returns whether nothing more is to come */
async function takeReport(options: PollerOptions, { batchId, type }: OpenBatch, report: object): Promise<boolean> {
  const callback = readCallback({ type: "delivery_report_sms", ...report });
  if (callback.kind !== "batch") {
    await writeAll(options, "batches", [callback]);
    return false;
  }
  const ended = callback.states.filter(({ state }) => rankOf(state.status) >= RANKS.unheardOf);
  // Whoever wants the end of all by one callback wants no steps in between.
  const states = type === "full" ? ended : callback.states;
  if (states.length > 0) await writeAll(options, "batches", [{ ...callback, batchId, states }]);
  const count = ended.filter(({ state }) => isFinal(state)).reduce((sum, each) => sum + each.count, 0);
  const all: unknown = Reflect.get(report, "total_message_count");
  return typeof all === "number" && all > 0 && count >= all;
}

/** Writes down what a reading has brought. */
export async function writeAll(
  { writer, region, observer }: PollerOptions,
  kind: PollKind,
  callbacks: readonly Callback[],
): Promise<void> {
  const written = await Promise.all(
    callbacks.map(async (callback) =>
      callback.kind === "unknown" || callback.kind === "unreadable"
        ? (["unreadable"] as const)
        : writer.write({ region, callback }),
    ),
  );
  observer.read(region, kind, written.flat());
}
