import { createProducer, type RegionControl, type SendStatus, type SuppressionEntry } from "@volley/producer";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { people } from "../stage/people.ts";
import type { Asked, RedisCrash } from "./asked.ts";
import type { PlannedAsk } from "./chaos-plan.ts";
import { createCoalescedMessages } from "./coalesced-messages.ts";
import { sendOfAsk, streamOfAsk } from "./send-of-ask.ts";
import { RETRY_MS, untilDone } from "./until-done.ts";

/** What a careful service does: it tries until Redis has said yes, and asks again after Redis lost its memory. */
export type CarefulService = {
  readonly ask: (ask: PlannedAsk) => Promise<void>;
  /**
   * Asks once more for everything that was confirmed shortly before a crash, with the same keys and IDs.
   *
   * @returns how many sends and messages
   */
  readonly askAgainAfter: (crash: RedisCrash) => Promise<number>;
  readonly asked: () => Asked[];
  /** Those after which it has asked again. */
  readonly crashes: () => readonly RedisCrash[];
  /** Numbers that may be texted twice, the limit of the guarantee for coalesced messages. */
  readonly mayBeTwice: () => ReadonlySet<string>;
  /** Changes a region as an operator does, until Redis has said yes. */
  readonly operate: (region: string, change: (control: RegionControl) => Promise<unknown>) => Promise<void>;
  /** Why a region waits; `null` where it does not. */
  readonly reasonOf: (region: string) => Promise<string | null>;
  /** What stands on the list of opt-outs for a number. */
  readonly entriesOf: (number: string) => Promise<readonly SuppressionEntry[]>;
  readonly queue: (region: string) => Queue;
  readonly statusOf: (id: string, region: string) => Promise<SendStatus | null>;
  readonly disconnectAll: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** What was confirmed this long before Redis died may be forgotten, with room to spare. */
const RECENT_MS = 2_000;

/** Creates the service. It uses the producer and plain BullMQ side by side. */
export function createCarefulService(options: {
  readonly redisUrl: string;
  readonly prefix: string;
  readonly regions: readonly string[];
  readonly pause: (ms: number) => Promise<void>;
}): CarefulService {
  const { redisUrl, prefix, regions, pause } = options;
  const connection = new Redis(redisUrl, { maxRetriesPerRequest: null, retryStrategy: () => RETRY_MS });
  connection.on("error", () => {});
  const producer = createProducer({ redis: redisUrl, prefix });
  const messages = createCoalescedMessages(producer, pause);
  const queues = new Map(regions.map((region) => [region, openQueue(region, connection, prefix)] as const));
  const asked = new Map<string, Asked & { readonly ask: PlannedAsk }>();
  const crashes: RedisCrash[] = [];
  const firstAskedAt = new Map<string, number>();

  const queue = (region: string): Queue => {
    const opened = queues.get(region);
    if (opened === undefined) throw new RangeError(`no queue for ${region}`);
    return opened;
  };
  const enqueue = async (ask: PlannedAsk): Promise<string> => {
    if (ask.via !== "bullmq") {
      const send = ask.via === "stream" ? streamOfAsk(ask) : sendOfAsk(ask);
      return (await producer.enqueue(send, { region: ask.region, idempotencyKey: ask.key })).id;
    }
    // The same ID and the same time of creation: so it is the same job, also after Redis forgot it.
    const timestamp = firstAskedAt.get(ask.key) ?? Date.now();
    firstAskedAt.set(ask.key, timestamp);
    await queue(ask.region).add("send", sendOfAsk(ask), { jobId: ask.key, timestamp, lifo: ask.isUrgent });
    return ask.key;
  };
  const ask = async (planned: PlannedAsk): Promise<void> => {
    if (planned.via === "coalesce") return messages.ask(planned);
    const id = await untilDone(async () => enqueue(planned), pause);
    const times = (asked.get(planned.key)?.times ?? 0) + 1;
    asked.set(planned.key, { ...askedOf(planned), ask: planned, id, times, confirmedAt: Date.now() });
  };

  return {
    ask,
    askAgainAfter: async (crash) => {
      crashes.push(crash);
      const since = crash.killedAt - RECENT_MS;
      messages.noteCrash(crash, since);
      const recent = [...asked.values()].filter(({ confirmedAt }) => confirmedAt >= since);
      const again = messages.askAgainSince(since);
      for (const { ask: planned } of recent) await ask(planned);
      return recent.length + (await again);
    },
    asked: () => [...asked.values(), ...messages.asked()],
    crashes: () => crashes,
    mayBeTwice: messages.mayBeTwice,
    operate: async (region, change) => void (await untilDone(async () => change(producer.region(region)), pause)),
    reasonOf: async (region) => (await untilDone(async () => producer.region(region).limits(), pause)).reason,
    entriesOf: async (number) => untilDone(async () => producer.suppressions.check(number), pause),
    queue,
    statusOf: async (id, region) => untilDone(async () => producer.status(id, { region }), pause),
    disconnectAll: async () => untilDone(async () => disconnectAll(redisUrl), pause),
    close: async () => {
      await producer.close();
      await Promise.all([...queues.values()].map(async (opened) => opened.close()));
      connection.disconnect();
    },
  };
}

/**
 * By a connection of its own, which asks once: one that asks again after it was cut itself would never end.
 *
 * @throws where there is no Redis
 */
async function disconnectAll(redisUrl: string): Promise<void> {
  const killer = new Redis(redisUrl, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 });
  killer.on("error", () => {});
  await killer.connect();
  await killer.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "no").catch(() => {});
  killer.disconnect();
}

function askedOf(ask: PlannedAsk): Omit<Asked, "id" | "times" | "confirmedAt"> {
  const { key, region, recipients, first, duplicates, invalid, hasParameters: hasNames } = ask;
  return { key, region, numbers: people(recipients, first), duplicates, invalid, hasNames };
}

function openQueue(region: string, connection: Redis, prefix: string): Queue {
  const queue = new Queue(`volley-${region}`, { connection, prefix });
  queue.on("error", () => {});
  return queue;
}
