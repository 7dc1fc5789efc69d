import type { Queue } from "bullmq";
import { regionNoticeKey, regionSuspensionKey } from "@volley/contract";
import { createCancellations } from "../region/canceled-sends.ts";
import type { RegionContext } from "../region/region-context.ts";
import { holdQueue } from "../region/hold-queue.ts";
import { createJobScripts } from "../redis/job-scripts.ts";
import { complainRarely } from "../terms/complain-rarely.ts";
import { createOwnPulling } from "../terms/own-pulling.ts";
import { createPacer } from "../pace/pacer.ts";
import { postNotice } from "../region/post-notice.ts";
import { tellSuspension } from "../region/tell-suspension.ts";
import { probeOwn } from "../ask/probe-own.ts";
import type { OwnProbe } from "../region/stand-aside.ts";
import { createRedisWrites } from "../redis/redis-writes.ts";
import { createRegionGuard } from "../region/region-guard.ts";
import { createRegionPeers } from "../region/region-peers.ts";
import type { RegionOptions, Shared } from "./region-options.ts";
import { createStandAside } from "../region/stand-aside.ts";

/** What a region waits for is tried again when the wait is over, and said again. */
const NOTICE_OUTLIVES = 3;

/** Puts together what every step of a job needs to know. */
export function createRegionContext(
  { name: region, client, deliveryReport = "none", onAccepted = async () => {} }: RegionOptions,
  { connection: redis, settings, ...shared }: Shared,
  queue: Queue,
  own: Pick<RegionContext, "lockMs" | "isClosing" | "limits" | "results">,
): RegionContext {
  const { prefix, log, observer, now } = shared;
  const holdRegion = async (delayMs: number): Promise<void> => holdQueue(redis, { prefix, region, queue }, delayMs);
  const poster = { redis, region, log, now };
  const postBackOff = post(poster, regionNoticeKey(prefix, region));
  const suspensionKey = regionSuspensionKey(prefix, region);
  const postSuspension = post(poster, suspensionKey, async () => tellSuspension(context));
  const guard = createRegionGuard({ region, log, observer, now, holdRegion, postBackOff, postSuspension });
  const complain = complainRarely(log, { region, message: "nothing is sent: the suppression list cannot be read" });
  const unreadable = async (error: Error, forMs: number): Promise<void> => {
    complain(error);
    postBackOff(`waits: ${error.message}`, NOTICE_OUTLIVES * forMs);
    await holdRegion(forMs);
  };
  const peers = createRegionPeers(redis, prefix, region);
  const pulling = createOwnPulling(now);
  const probe = async (): Promise<OwnProbe> => probeOwn(context);
  const liftHold = async (): Promise<void> => void (await redis.del(queue.toKey("limiter")));
  const ofProcess = { region, peers, pulling, guard, probe, liftHold, log, observer };
  const { isClosing } = own;
  const context: RegionContext = {
    ...settings,
    ...shared,
    ...own,
    region,
    client,
    deliveryReport,
    onAccepted,
    queue,
    redis,
    scripts: createJobScripts(redis, { prefix, keepEvents: settings.keepEvents }),
    pacer: createPacer(redis, prefix, region, queue),
    guard,
    peers,
    pulling,
    aside: createStandAside(ofProcess),
    writes: createRedisWrites({ ...ofProcess, redis, key: `${prefix}:can-write:${region}`, isClosing }),
    cancellations: createCancellations(redis, prefix, region),
    unreadable,
  };
  return context;
}

type Poster = Pick<RegionContext, "redis" | "region" | "log" | "now">;

/** Says something about the region; nobody waits for it. It must not cost a job its way back to the queue. */
function post({ redis, region, log, now }: Poster, key: string, then = async (): Promise<void> => {}) {
  return (notice: string | null, forMs: number): void => {
    const posted = postNotice(redis, key, { notice, forMs, now: now() }).then(then);
    posted.catch((error: unknown) => log.debug({ region, err: error }, "no notice was posted"));
  };
}
