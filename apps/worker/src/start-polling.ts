import { addOpenBatch, markAsked, startPoller, writerOfSettings } from "@volley/receipts";
import type { Logger, RedisClient, Registry } from "@volley/runtime";
import type { AcceptedBatch, RegionOptions } from "@volley/worker";
import type { WorkerConfig } from "./config.ts";
import { createPollMetrics } from "./metrics/poll-metrics.ts";
import type { RegionSettings } from "./settings/region-settings.ts";

const DAY_S = 24 * 60 * 60;

/** Fetching in the regions of a process. */
export type Polling = { readonly close: () => Promise<void> };

/** What the polling of a process works with. */
type PollingOptions = {
  readonly config: WorkerConfig;
  /** Of a region. */
  readonly redisOf: (region: string) => RedisClient;
  /** Of every region, with its client. */
  readonly options: readonly RegionOptions[];
  readonly registry: Registry;
  readonly log: Logger;
};

/**
 * Starts fetching delivery reports and inbounds in the regions that are to be polled, and in all of them what people have texted
 * once more at the start and after a loss of Redis.
 */
export function startPolling({ config, redisOf, options, registry, log }: PollingOptions): Polling {
  const { prefix } = config;
  const read = config.regions.flatMap((region) => {
    const client = options.find(({ name }) => name === region.name)?.client;
    const others = config.regions.filter(
      (other) => accountOf(other) === accountOf(region) && redisOf(other.name) === redisOf(region.name),
    );
    const againMs = readerOf(others) === region ? config.againMs : 0;
    if (client === undefined || (region.pollMs === null && againMs === 0)) return [];
    const alsoIn = others.filter((other) => other !== region).map(({ name }) => name);
    return [{ region: region.name, intervalMs: region.pollMs, source: client, againMs, alsoIn }];
  });
  if (read.length === 0) return { close: async () => {} };
  const stores = new Set(read.map(({ region }) => redisOf(region)));
  const writers = new Map([...stores].map((redis) => [redis, writerOfSettings(redis, config)]));
  const polled = read.filter(({ intervalMs }) => intervalMs !== null).map(({ region }) => region);
  const observer = createPollMetrics(
    registry,
    read.map(({ region }) => region),
  );
  const pollers = read.flatMap((each) => {
    const redis = redisOf(each.region);
    const writer = writers.get(redis);
    return writer ? [startPoller({ ...each, prefix, redis, writer, observer, log })] : [];
  });
  if (polled.length > 0) log.info({ regions: polled }, "the provider's reports and inbounds are fetched");
  return { close: async () => void (await Promise.all(pollers.map(async ({ close }) => close()))) };
}

/** Regions with the same one get the same answers. */
function accountOf({ baseUrl, auth }: RegionSettings): string {
  return `${baseUrl} ${auth.kind === "project" ? auth.projectId : auth.servicePlanId}`;
}

/** Which of the regions of an account tells what is read again: one that is polled, or the first one. */
function readerOf(regions: readonly RegionSettings[]): RegionSettings | undefined {
  return regions.find(({ pollMs }) => pollMs !== null) ?? regions[0];
}

/** Keeps of a batch that the provider has accepted what it takes to hear of it. */
export async function followBatch(
  { prefix, receipts, regions }: WorkerConfig,
  redis: RedisClient,
  { region, batchId, reference, report, isDefault, sentAt, expireAt }: AcceptedBatch,
): Promise<void> {
  const place = { prefix, region };
  if (isDefault && report !== "none") await markAsked(redis, place, reference, receipts.keepDays * DAY_S);
  const isPolled = regions.some(({ name, pollMs }) => name === region && pollMs !== null);
  // Whom these do not name the list of reports may not name either.
  if (isPolled && (report === "summary" || report === "full"))
    await addOpenBatch(redis, place, { batchId, type: report, sentAt, expireAt });
}
