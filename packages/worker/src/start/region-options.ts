import type { RegionLimits } from "@volley/contract";
import type { SinchClient } from "@volley/sinch";
import type { Cluster, Redis } from "ioredis";
import type { Crew } from "../redis/crew.ts";
import type { RedisMemory } from "../redis/redis-memory.ts";
import type { Room } from "../region/room.ts";
import type { Log } from "../terms/log.ts";
import type { Observer } from "../terms/observer.ts";
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
};

/** What the workers of all regions of a process share. */
export type Shared = {
  readonly connection: Redis | Cluster;
  /** For BullMQ. */
  readonly skipVersionCheck: boolean;
  readonly prefix: string;
  readonly settings: Settings;
  readonly memory: RedisMemory;
  readonly room: Room;
  readonly crew: Crew;
  readonly log: Log;
  readonly observer: Observer;
  readonly now: () => Date;
  readonly random: () => number;
};
