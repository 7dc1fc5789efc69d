import type { KeptEvent } from "@volley/receipts";
import type { Cluster, Redis } from "ioredis";

/** Where the relay tells its story: fields first, constant text second. pino fits. Never given what is in an event. */
export type RelayLog = {
  readonly info: (fields: object, message: string) => void;
  readonly warn: (fields: object, message: string) => void;
};

/** What a relay needs. */
export type RelayOptions = {
  readonly redis: Redis | Cluster;
  /** BullMQ's; its hash tag keeps everything in one slot of a cluster. */
  readonly prefix: string;
  readonly log: RelayLog;
  /** Hears of what a sink has taken. */
  readonly observer?: { readonly relayed: (sink: string, events: readonly KeptEvent[]) => void };
};
