import { randomUUID } from "node:crypto";
import { createRedisScript, holdLease, leaveLease } from "@volley/contract";
import type { Cluster, Redis } from "ioredis";
import { LISTED_S, type Place } from "../terms/keys.ts";
import { pollLeaseKey, pollPlacesKey } from "./poll-keys.ts";

/** How long a lease lasts without being renewed, in milliseconds: so late another process takes over. */
const LEASE_MS = 6_000;

/** How often it is renewed, or asked for, in milliseconds. */
const LOOK_MS = 1_500;

/** A process that was frozen for longer than its lease writes no place over that of the one that took over. */
const MOVE = createRedisScript(`
if redis.call("GET", KEYS[1]) ~= ARGV[1] then return 0 end
redis.call("HSET", KEYS[2], ARGV[2], ARGV[3])
redis.call("EXPIRE", KEYS[2], ARGV[4])
return 1`);

/** Who of all processes polls a region, and where it is. */
export type Lease = {
  /** Whether it is this one, now. */
  readonly isHeld: () => boolean;
  /** Up to when a list was read; `null` where nobody has read it. */
  readonly readPlace: (list: string) => Promise<Date | null>;
  /** Writes it down, unless the lease is another's by now. */
  readonly movePlace: (list: string, place: Date) => Promise<void>;
  /** Gives it back, so that another one need not wait. */
  readonly close: () => Promise<void>;
};

/** Takes part in the contest for a region's lease until it is closed. */
export function createLease(redis: Redis | Cluster, place: Place): Lease {
  const [key, places, me] = [pollLeaseKey(place), pollPlacesKey(place), randomUUID()];
  const lease = { redis, key, me };
  let heldUntil = 0;
  let isLooking = false;
  const look = async (): Promise<void> => {
    // Redis may be away for long: those that were due meanwhile are not made all at once.
    if (isLooking) return;
    isLooking = true;
    const askedAt = performance.now();
    const isHeld = await holdLease(lease, LEASE_MS).catch(() => false);
    heldUntil = isHeld ? askedAt + LEASE_MS : 0;
    isLooking = false;
  };
  void look();
  const timer = setInterval(() => void look(), LOOK_MS);
  return {
    isHeld: () => performance.now() < heldUntil,
    readPlace: async (list) => {
      const ms = await redis.hget(places, list);
      return ms === null ? null : new Date(Number(ms));
    },
    movePlace: async (list, to) => void (await MOVE.run(redis, [key, places], [me, list, to.getTime(), LISTED_S])),
    close: async () => {
      clearInterval(timer);
      isLooking = true;
      heldUntil = 0;
      await leaveLease(lease);
    },
  };
}

/** Up to when the lists of a region were read, by their names, for metrics. */
export async function readPollPlaces(redis: Redis | Cluster, place: Place): Promise<ReadonlyMap<string, Date>> {
  const found = Object.entries(await redis.hgetall(pollPlacesKey(place)));
  return new Map(found.map(([list, ms]) => [list, new Date(Number(ms))]));
}
