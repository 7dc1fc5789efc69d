import { LIFT_PACE_HOLD, limitsKey, paceHoldKey, paceKey, paceWindowKey } from "@volley/contract";
import type { Queue } from "bullmq";
import type { Cluster, Redis } from "ioredis";
import { RESERVE } from "./pace-script.ts";
import { COUNT_IN_WINDOW } from "./pace-window.ts";

/** What a request asks of the pace. */
export type PaceRequest = {
  /** In the region's unit: recipients, or segments. */
  readonly cost: number;
  /** Nothing is reserved when the wait would be longer. */
  readonly maxWaitMs: number;
  readonly isUrgent: boolean;
  /** Whether it makes room for jobs that go before it, where all slots of the region are taken. */
  readonly yields: boolean;
};

/** What became of it. */
export type Reservation =
  /** It goes out after the wait, and a budget that is not used is lost; or later, as the wait would be longer. */
  | { readonly kind: "reserved" | "later"; readonly waitMs: number }
  /** Somebody has paused the region, or another job goes first. */
  | { readonly kind: "paused" | "yield" };

/** Keeps a region's pace over all processes. */
export type Pacer = {
  readonly reserve: (request: PaceRequest) => Promise<Reservation>;
  /** Counts a request that is about to be sent. @returns whether it may be: not when too many come late and together */
  readonly count: (request: Pick<PaceRequest, "cost" | "isUrgent">) => Promise<boolean>;
  /** Lets jobs be picked up that are held for the pace: it is another one now, and the hold was made for the old one. */
  readonly lift: () => Promise<void>;
};

/** The pacer of one region. All it knows stands in Redis. */
export function createPacer(redis: Redis | Cluster, prefix: string, region: string, queue: Queue): Pacer {
  const ofQueue = ["meta", "wait", "prioritized", "active", "limiter"].map((name) => queue.toKey(name));
  const keys = [paceKey(prefix, region), limitsKey(prefix, region), ...ofQueue, paceHoldKey(prefix, region)];
  return {
    reserve: async ({ cost, maxWaitMs, isUrgent, yields }) => {
      const flags = [isUrgent ? "1" : "0", yields ? "1" : "0"];
      const answer: unknown = await redis.eval(RESERVE, keys.length, ...keys, cost, maxWaitMs, ...flags);
      return readAnswer(answer);
    },
    count: async ({ cost, isUrgent }) => {
      const windowKeys = [paceWindowKey(prefix, region), limitsKey(prefix, region)];
      return (await redis.eval(COUNT_IN_WINDOW, 2, ...windowKeys, cost, isUrgent ? "1" : "0")) === 1;
    },
    lift: async () => {
      await redis.eval(LIFT_PACE_HOLD, 2, paceHoldKey(prefix, region), queue.toKey("limiter"));
    },
  };
}

function readAnswer(answer: unknown): Reservation {
  const [kind, wait] = Array.isArray(answer) ? answer : [];
  switch (kind) {
    case "reserved":
    case "later":
      return { kind, waitMs: Number(wait) };
    case "paused":
    case "yield":
      return { kind };
    default:
      throw new Error("Redis has answered something else than a reservation");
  }
}
