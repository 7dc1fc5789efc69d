import { regionNoticeKey, regionSuspensionKey } from "@volley/contract";
import type { Logger, RedisClient } from "@volley/runtime";

/** What the workers say about regions that wait. */
export type RegionNotices = {
  /** Why a region waits, in words; empty while it works. */
  readonly of: (region: string) => string;
  readonly close: () => void;
};

/** How often the notices are read, in milliseconds: bull-board itself asks for its queues every five seconds. */
const READ_INTERVAL_MS = 2_000;

/** Reads the notices of all regions again and again: bull-board wants a queue's description at once. */
export function watchRegionNotices(
  redis: RedisClient,
  { prefix, regions }: { readonly prefix: string; readonly regions: readonly string[] },
  log: Pick<Logger, "debug">,
): RegionNotices {
  const notices = new Map<string, string>();
  const read = async (): Promise<void> => {
    const [suspensions, backOffs] = await Promise.all(
      [regionSuspensionKey, regionNoticeKey].map(async (key) =>
        redis.mget(regions.map((region) => key(prefix, region))),
      ),
    );
    for (const [index, region] of regions.entries()) {
      // A region that is suspended may back off besides; that it is suspended is what somebody has to mend.
      notices.set(region, suspensions?.[index] ?? backOffs?.[index] ?? "");
    }
  };
  const readQuietly = (): void => {
    read().catch((error: unknown) => log.debug({ err: error }, "the regions' notices could not be read"));
  };
  readQuietly();
  const timer = setInterval(readQuietly, READ_INTERVAL_MS);
  return { of: (region) => notices.get(region) ?? "", close: () => clearInterval(timer) };
}
