import { isCountedId } from "./send-id.ts";

/** The name of every job that Volley reads: sends and their parts alike. */
export const JOB_NAME = "send";

/** The name of the job by which a worker is asked to cancel a send; its ID is {@link cancelJobId}. */
export const CANCEL_JOB_NAME = "cancel";

/** The name of the job by which a worker is told what became of recipients about whom nobody knew. */
export const RESOLVE_JOB_NAME = "resolve";

/**
 * Entries that the events stream of a queue keeps. BullMQ copies every result into it; its own 10,000 of them would fill
 * Redis.
 */
export const EVENTS_KEPT = 1_000;

/** The BullMQ prefix. The braces are a Redis Cluster hash tag: all of Volley's keys live in one slot. */
export const DEFAULT_PREFIX = "{volley}";

/**
 * The queue of a region.
 *
 * @param region - a region's name, for example `us`
 * @returns for example `volley-us`
 */
export function queueName(region: string): string {
  return `volley-${region}`;
}

/** The ID of the job that cancels a send: one for each send, however often it is asked for. */
export function cancelJobId(sendId: string): string {
  return `${sendId}.cancel`;
}

/** The ID of the job that says what became of a send's unknown recipients: it can be said once. */
export function resolveJobId(sendId: string): string {
  return `${sendId}.resolve`;
}

/**
 * The Redis key that says that a send is canceled. Whoever is about to send a part of it looks at this key first.
 *
 * @param prefix - BullMQ's; its hash tag keeps everything in one slot of a cluster
 * @param send - its ID and the time of its job's creation in milliseconds, which sets counted IDs apart
 */
export function cancelKey(
  prefix: string,
  region: string,
  send: { readonly id: string; readonly timestamp: number },
): string {
  const key = `${prefix}:canceled:${region}:${send.id}`;
  return isCountedId(send.id) ? `${key}:${send.timestamp}` : key;
}

/**
 * The Redis key that says in words why a region backs off, for whoever looks at its queue. It is gone when the region works.
 *
 * @param prefix - BullMQ's
 */
export function regionNoticeKey(prefix: string, region: string): string {
  return `${prefix}:notices:${region}`;
}

/**
 * The Redis key that says in words why a region is suspended, by which all its workers hear of the end. It is gone when the
 * provider takes the region's set-up again, whether or not the region backs off.
 *
 * @param prefix - BullMQ's
 */
export function regionSuspensionKey(prefix: string, region: string): string {
  return `${prefix}:suspensions:${region}`;
}

/** The Redis key beside one of those two that says since when, in ISO-8601. @param noticeKey - of either */
export function noticeSinceKey(noticeKey: string): string {
  return `${noticeKey}:since`;
}

/** The Redis key that says since when a region is paused, where a producer of ours has paused it. */
export function pausedSinceKey(prefix: string, region: string): string {
  return `${prefix}:paused-since:${region}`;
}

/** The Redis hash with the limits of a region: the operator's, and those of its workers' environment. */
export function limitsKey(prefix: string, region: string): string {
  return `${prefix}:limits:${region}`;
}

/**
 * The Redis set of the regions on which workers have ever worked, for whoever looks for the one that somebody meant. Whether a
 * single region is one of them stands in its limits.
 */
export function servedRegionsKey(prefix: string): string {
  return `${prefix}:served-regions`;
}

/** The Redis hash that says until when the pace of a region is used up. */
export function paceKey(prefix: string, region: string): string {
  return `${prefix}:pace:${region}`;
}

/** The Redis hash that counts what was sent in a region within the last seconds. */
export function paceWindowKey(prefix: string, region: string): string {
  return `${prefix}:pace-window:${region}`;
}

/**
 * The Redis key that stands beside BullMQ's own while a region's queue is held for its pace, and for nothing else: such a
 * hold may be lifted for a send that is to go before the others; the back-off of a region in trouble may not.
 */
export function paceHoldKey(prefix: string, region: string): string {
  return `${prefix}:pace-hold:${region}`;
}

/**
 * Lets workers pick up jobs of a region that is held for its pace alone. A region that backs off stays held.
 *
 * Keys: the mark of a hold for the pace, BullMQ's key of a hold (`limiter` of the queue). Answers 1, or 0 where there was
 * none.
 */
export const LIFT_PACE_HOLD = `
if redis.call("EXISTS", KEYS[1]) == 0 then return 0 end
redis.call("DEL", KEYS[1], KEYS[2])
return 1`;

/** The Redis key that says that a part was put before shorter sends a moment ago. */
export function liftedKey(prefix: string, region: string): string {
  return `${prefix}:lifted:${region}`;
}

/** The Redis sorted set of the processes that work on a region, by when each is forgotten that says nothing more, by Redis' clock. */
export function processesKey(prefix: string, region: string): string {
  return `${prefix}:processes:${region}`;
}

/** The Redis sorted set of those of them whose set-up the provider refuses. */
export function refusedProcessesKey(prefix: string, region: string): string {
  return `${prefix}:refused-processes:${region}`;
}
