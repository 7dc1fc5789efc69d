import { queueName, regionOfSendId } from "@volley/contract";
import { type Carrier, isTracing, readTrace } from "@volley/tracing";
import type { Cluster, Redis } from "ioredis";

/**
 * Which trace a send belongs to. It stands in the send's job: neither the provider nor an event carries it.
 *
 * @param send - its ID, and the region that it is of where the ID does not say
 * @returns `null` where nobody traces, where it is not known which send it is, and once its job is gone
 */
export async function traceOfSend(
  { redis, prefix }: { readonly redis: Redis | Cluster; readonly prefix: string },
  { id, region }: { readonly id: unknown; readonly region: string },
): Promise<Carrier | null> {
  if (typeof id !== "string" || id === "" || !isTracing()) return null;
  const home = regionOfSendId(id) ?? region;
  return home === "" ? null : readTrace(redis, `${prefix}:${queueName(home)}:${id}`);
}
