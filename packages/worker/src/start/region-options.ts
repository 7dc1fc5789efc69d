import type { RegionLimits } from "@volley/contract";
import type { SinchClient } from "@volley/sinch";
import type { Cluster, Redis } from "ioredis";
import type { AcceptedBatch, RegionContext } from "../region/region-context.ts";
import type { Settings } from "../terms/settings.ts";

/** One region and its limits. What an operator sets in Redis goes before the limits that stand here. */
export type RegionOptions = Partial<Omit<RegionLimits, "concurrency">> & {
  /** The region's name. */
  readonly name: string;
  readonly client: SinchClient;
  /** Requests in flight over all processes. */
  readonly concurrency: number;
  /** Deadline of one request in milliseconds, for which locks are made. @default the client's own, which is the least */
  readonly timeoutMs?: number;
  /** What a send asks for that does not say. @default none */
  readonly deliveryReport?: AcceptedBatch["report"];
  /** Hears of every batch that the provider has accepted, before that is written down. What it throws is logged. */
  readonly onAccepted?: (batch: AcceptedBatch) => Promise<void>;
};

/** What the workers of all regions of a process share. */
export type Shared = Pick<
  RegionContext,
  "prefix" | "memory" | "room" | "crew" | "suppressions" | "permits" | "log" | "observer" | "now" | "random"
> & {
  readonly connection: Redis | Cluster;
  /** For BullMQ. */
  readonly skipVersionCheck: boolean;
  readonly settings: Settings;
};
