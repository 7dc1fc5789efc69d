import { countMinutes } from "@volley/fleet";
import type { Logger, RedisClient } from "@volley/runtime";
import type { Observer } from "@volley/worker";

/** How often it is written down, in milliseconds: a few times in each minute. */
const WRITE_MS = 15_000;

/** Writes down what is done in each minute, for the charts of the board. */
export type MinuteWriter = { readonly observer: Observer; readonly close: () => Promise<void> };

type MinuteOptions = {
  readonly prefix: string;
  readonly regions: readonly string[];
  readonly redisOf: (region: string) => RedisClient;
  readonly log: Pick<Logger, "debug">;
};

/** @param others - hears of everything, too */
export function writeMinutes(others: Observer, { prefix, regions, redisOf, log }: MinuteOptions): MinuteWriter {
  const counts = new Map(regions.map((region) => [region, countMinutes({ redis: redisOf(region), prefix, region })]));
  let isNews = false;
  const write = async (): Promise<void> => {
    isNews = false;
    // Redis may be away: what waits for it would come to more and more.
    const ready = [...counts].filter(([region]) => redisOf(region).status === "ready");
    const written = await Promise.allSettled(ready.map(async ([, count]) => count.write()));
    const failed = written.find(({ status }) => status === "rejected");
    if (failed) log.debug({}, "what was done in this minute could not be written down");
  };
  let writing = Promise.resolve();
  const timer = setInterval(() => {
    writing = write();
  }, WRITE_MS);
  return {
    observer: {
      ...others,
      requestEnded: (event) => {
        others.requestEnded(event);
        isNews = true;
        counts.get(event.region)?.add(event.outcome, event.recipients);
      },
    },
    close: async () => {
      clearInterval(timer);
      await writing;
      // One that never sent leaves nothing behind, not even in a Redis that it refuses.
      if (isNews) await write();
    },
  };
}
