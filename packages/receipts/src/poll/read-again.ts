import type { Callback } from "../callback/callback.ts";
import { timeOf } from "../callback/fields.ts";
import { readCallback } from "../callback/read-callback.ts";
import { inboundKey } from "../terms/keys.ts";
import { askAgain } from "./ask-again.ts";
import { type Means, OVERLAP_MS, type Reading, safely, SKEW_MS, writeAll } from "./poll-round.ts";
import type { PollerOptions, ReadingEnd } from "./poller-options.ts";
import { readList } from "./read-list.ts";

const LIST = "inbounds";

const WIDTH_MS = 24 * 60 * 60 * 1_000;

/**
 * Reads once more what people have texted: an opt-out that was acknowledged, and that Redis has forgotten, nobody tells again.
 * After a loss of Redis it goes back `againMs`, or to where the last reading has ended where that is longer ago; without one, to
 * there.
 */
export function readAgain(options: PollerOptions, { lease, pause, signal }: Means, againMs: number): Reading {
  const { redis, prefix, region, source, log } = options;
  const dueReading = askAgain(redis, { prefix, region });
  const read = async (): Promise<ReadingEnd | null> => {
    const due = await dueReading();
    if (due === null) return null;
    const to = new Date();
    const place = (await lease.readPlace(LIST))?.getTime() ?? Number.POSITIVE_INFINITY;
    const from = due.isLost ? Math.min(place, to.getTime() - againMs) : place;
    const counts = { messages: 0, news: 0 };
    const take = async (entries: readonly object[]): Promise<void> => {
      const news = await unknownOf(options, entries);
      await writeAll(options, LIST, news);
      counts.messages += entries.length;
      counts.news += news.length;
    };
    const reading = {
      list: (window: { readonly start_date: Date; readonly end_date: Date }) => source.inbounds.all(window, { signal }),
      take,
      atOf: (entry: object) => timeOf(Reflect.get(entry, "received_at")),
      pause,
    };
    const start = new Date(Math.min(from, to.getTime()) - OVERLAP_MS);
    const end = await readList(reading, [start, to], { ms: WIDTH_MS }, async () => {});
    if (end.kind !== "ok") return end;
    const certain = to.getTime() - SKEW_MS;
    if (place < certain || place === Number.POSITIVE_INFINITY) await lease.movePlace(LIST, new Date(certain));
    await due.done();
    log.info({ region, ...counts }, "what people have texted was read again");
    return end;
  };
  return [LIST, safely(read)];
}

/** Those that no region of the account knows, as far as Redis knows what it knew. */
async function unknownOf({ redis, prefix, region, alsoIn = [] }: PollerOptions, entries: readonly object[]) {
  const callbacks: Callback[] = entries.map((entry) => readCallback({ type: "mo_text", ...entry }));
  const known = await Promise.all(
    callbacks.map(async (callback) => {
      if (callback.kind !== "inbound") return 0;
      return redis.exists([region, ...alsoIn].map((each) => inboundKey({ prefix, region: each }, callback.id)));
    }),
  );
  return callbacks.filter((_, index) => known[index] === 0);
}
