import { addOpenBatch, markAsked, readPollPlaces, startPoller, writerOfSettings } from "@volley/receipts";
import type { Logger, RedisClient, Registry } from "@volley/runtime";
import type { AcceptedBatch, RegionOptions } from "@volley/worker";
import type { WorkerConfig } from "./config.ts";
import { createPollMetrics } from "./metrics/poll-metrics.ts";

const DAY_S = 24 * 60 * 60;

/** Fetching in the regions of a process. */
export type Polling = { readonly close: () => Promise<void> };

/** What the polling of a process works with. */
type PollingOptions = {
  readonly config: WorkerConfig;
  readonly redis: RedisClient;
  /** Of every region, with its client. */
  readonly options: readonly RegionOptions[];
  readonly registry: Registry;
  readonly log: Logger;
};

/**
 * Starts fetching delivery reports and inbounds in the regions that are to be polled.
 */
export function startPolling({ config, redis, options, registry, log }: PollingOptions): Polling {
  const { prefix } = config;
  const polled = config.regions.flatMap(({ name, pollMs }) => {
    const client = options.find((each) => each.name === name)?.client;
    return pollMs === null || client === undefined ? [] : [{ name, pollMs, client }];
  });
  if (polled.length === 0) return { close: async () => {} };
  const writer = writerOfSettings(redis, config);
  const regions = polled.map(({ name }) => name);
  const readPlaces = async (region: string) => readPollPlaces(redis, { prefix, region });
  const observer = createPollMetrics(registry, regions, readPlaces);
  const pollers = polled.map(({ name, pollMs, client }) =>
    startPoller({ region: name, prefix, redis, source: client, writer, intervalMs: pollMs, observer, log }),
  );
  log.info({ regions }, "the provider's reports and inbounds are fetched");
  return { close: async () => void (await Promise.all(pollers.map(async ({ close }) => close()))) };
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
