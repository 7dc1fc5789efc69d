import type { KeptEvent } from "@volley/receipts";
import type { Cluster, Redis } from "ioredis";

/** Where the relay tells its story: fields first, constant text second. pino fits. Never given what is in an event. */
export type RelayLog = {
  readonly info: (fields: object, message: string) => void;
  readonly warn: (fields: object, message: string) => void;
};

/** Where events are. */
export type EventsPlace = {
  readonly redis: Redis | Cluster;
  /** BullMQ's; its hash tag keeps everything in one slot of a cluster. */
  readonly prefix: string;
};

/** Hears of what becomes of events. */
export type RelayObserver = {
  readonly relayed: (sink: string, events: readonly KeptEvent[]) => void;
  /** Some were dropped before a sink had them. */
  readonly missed: (sink: string) => void;
};

/** What a relay needs. */
export type RelayOptions = EventsPlace & { readonly log: RelayLog; readonly observer?: RelayObserver };
