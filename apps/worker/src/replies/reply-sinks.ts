import { createNumbering, createReplyPermits } from "@volley/opt-outs";
import { createProducer } from "@volley/producer";
import type { Sink } from "@volley/relay";
import type { Logger, RedisClient, Registry } from "@volley/runtime";
import { Counter } from "prom-client";
import type { WorkerConfig } from "../config.ts";
import { createReplyLimit, REPLY_OUTCOMES } from "./reply-limit.ts";
import { createReplySink } from "./reply-sink.ts";

/** Counts the replies of a process. */
export function countReplies(registry: Registry): Counter {
  return new Counter({
    name: "volley_replies_total",
    help: "Automatic replies that this process has made, or not because there were too many within a minute, by outcome.",
    labelNames: ["region", "outcome"],
    registers: [registry],
  });
}

/** What replies to people, for each region that does. @param parts - the Redis that these regions are in */
export function replySinks(
  { prefix, regions, settings, receipts, suppressionSecret }: WorkerConfig,
  { redis, log, counter }: { readonly redis: RedisClient; readonly log: Logger; readonly counter: Counter },
): Sink[] {
  const replying = regions.filter(({ replies }) => Object.keys(replies).length > 0);
  const permits = createReplyPermits({ redis, prefix, numbering: createNumbering(suppressionSecret) });
  return replying.map(({ name: region, replies: texts, repliesPerMinute: perMinute }) => {
    for (const outcome of REPLY_OUTCOMES) counter.inc({ region, outcome }, 0);
    const limit = createReplyLimit({ perMinute, counted: (outcome) => counter.inc({ region, outcome }) });
    const producer = createProducer({ redis, prefix, leadMs: settings.leadMs });
    const { startWords } = receipts.optOuts;
    const sink = createReplySink({ region, texts, startWords, producer, permits, limit, log, now: () => new Date() });
    return { ...sink, close: async () => producer.close() };
  });
}
