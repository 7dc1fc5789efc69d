import type { Cluster, Redis } from "ioredis";

/** A connection to one Redis, to a master behind Sentinels, or to a Cluster. BullMQ takes any of them. */
export type RedisClient = Redis | Cluster;
