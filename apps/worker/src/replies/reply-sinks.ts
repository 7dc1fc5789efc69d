import { createNumbering, createReplyPermits } from "@volley/opt-outs";
import { createProducer } from "@volley/producer";
import type { Sink } from "@volley/relay";
import type { Logger, RedisClient } from "@volley/runtime";
import type { WorkerConfig } from "../config.ts";
import { createReplySink } from "./reply-sink.ts";

/** What replies to people, for each region that does. */
export function replySinks(
  { prefix, regions, settings, receipts, suppressionSecret }: WorkerConfig,
  { redis, log }: { readonly redis: RedisClient; readonly log: Logger },
): Sink[] {
  const replying = regions.filter(({ replies }) => Object.keys(replies).length > 0);
  const permits = createReplyPermits({ redis, prefix, numbering: createNumbering(suppressionSecret) });
  return replying.map(({ name: region, replies: texts }) => {
    const producer = createProducer({ redis, prefix, leadMs: settings.leadMs });
    const { startWords } = receipts.optOuts;
    const sink = createReplySink({ region, texts, startWords, producer, permits, log, now: () => new Date() });
    return { ...sink, close: async () => producer.close() };
  });
}
