import { createProducer } from "@volley/producer";
import { type Logger, type RedisClient, regionsOf, type Store } from "@volley/runtime";
import type { WorkerConfig } from "./config.ts";

/** Looks again and again whether a send is due once more. */
type Redelivery = {
  /** Resolves once nothing is under way any more. */
  readonly close: () => Promise<void>;
};

/** Nothing is urgent that has failed for hours: where nothing is due, one look of each process and region costs one call of Redis. */
const EVERY_MS = 10_000;

type Parts = {
  readonly config: WorkerConfig;
  readonly redis: RedisClient;
  /** Of regions with one of their own. @default none */
  readonly stores?: readonly Store[];
  readonly log: Logger;
};

/**
 * Sends once more to those whose messages have failed with the codes that their send names. They share what is due: each
 * looks at what no other one looks at, until nothing is due.
 *
 * @param everyMs - from one look to the next. @default 10000
 */
export function redeliverRegions({ config, redis, stores = [], log }: Parts, everyMs = EVERY_MS): Redelivery {
  const { prefix, regions, settings } = config;
  const producer = createProducer({ redis, regions: regionsOf(stores), prefix, leadMs: settings.leadMs });
  const names = regions.map(({ name }) => name);
  const closing = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let underWay = Promise.resolve();
  const look = async (region: string): Promise<void> => {
    try {
      for (const { send, id, recipients, lost } of await producer.redeliver(region, { signal: closing.signal })) {
        const level = lost > 0 ? "warn" : "info";
        log[level]({ region, jobId: send, again: id, recipients, lost }, "sent once more to whose messages had failed");
      }
    } catch (error) {
      // The next look tries again; a Redis that is away is told by those who need it at once.
      log.debug({ region, err: error }, "it was not looked whether a send is due once more");
    }
  };
  const round = async (): Promise<void> => {
    for (const name of names) {
      if (!closing.signal.aborted) await look(name);
    }
    if (!closing.signal.aborted) wait();
  };
  const wait = (): void => {
    timer = setTimeout(() => {
      underWay = round();
    }, everyMs);
  };
  wait();
  return {
    close: async () => {
      closing.abort();
      clearTimeout(timer);
      await underWay;
      await producer.close();
    },
  };
}
