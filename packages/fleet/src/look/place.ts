import { queueName } from "@volley/contract";
import type { Cluster, Redis } from "ioredis";

/** Where Volley is in Redis. */
export type FleetPlace = {
  readonly redis: Redis | Cluster;
  /** BullMQ's; its hash tag keeps everything in one slot of a cluster. */
  readonly prefix: string;
};

/** Where a region is. */
export type RegionPlace = FleetPlace & { readonly region: string };

/** A key of the region's queue, as BullMQ names it. @param part - such as `wait`, or a job's ID */
export function queueKey({ prefix, region }: Pick<RegionPlace, "prefix" | "region">, part: string): string {
  return `${prefix}:${queueName(region)}:${part}`;
}
