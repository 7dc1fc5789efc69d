import { isCountedId } from "./send-id.ts";

/** The name of every job that Volley reads: sends and their parts alike. */
export const JOB_NAME = "send";

/** The name of the job by which a worker is asked to cancel a send; its ID is {@link cancelJobId}. */
export const CANCEL_JOB_NAME = "cancel";

/** The name of the job by which a worker is told what became of recipients about whom nobody knew. */
export const RESOLVE_JOB_NAME = "resolve";

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
 * The Redis key that says in words why a region waits, for whoever looks at its queue. It is gone when the region works.
 *
 * @param prefix - BullMQ's
 */
export function regionNoticeKey(prefix: string, region: string): string {
  return `${prefix}:notices:${region}`;
}
