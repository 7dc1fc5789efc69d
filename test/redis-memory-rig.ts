import { type LocalRedis, startRedis } from "@volley/local-redis";
import { Cluster, Redis } from "ioredis";
import { createCrew } from "../packages/worker/src/redis/crew.ts";
import type { Log } from "../packages/worker/src/terms/log.ts";
import { type RedisMemory, watchRedisMemory } from "../packages/worker/src/redis/redis-memory.ts";
import { eventually } from "./stage/eventually.ts";

export const SILENT: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

export const PREFIX = "{volley-test}";

const now = (): Date => new Date();

/** What a test has opened; whoever opens something adds to it. */
const closers: (() => Promise<void> | void)[] = [];

/** Closes it all, the last one first. */
export async function closeAll(): Promise<void> {
  for (const close of closers.splice(0).toReversed()) await close();
}

/** A Redis of this test alone. */
export async function server(persistence: boolean, cluster = false): Promise<LocalRedis> {
  const redis = await startRedis({ prefer: "server", persistence, cluster });
  closers.push(async () => redis.stop());
  // A replica is given its copy at once, instead of after 5 s in which others may want one.
  await connect(redis).config("SET", "repl-diskless-sync-delay", "0");
  return redis;
}

/** A connection that comes back by itself. */
export function connect({ url }: LocalRedis): Redis {
  const connection = new Redis(url, { maxRetriesPerRequest: null, retryStrategy: () => 20 });
  connection.on("error", () => {});
  closers.push(() => connection.disconnect());
  return connection;
}

export function connectCluster({ url }: LocalRedis): Cluster {
  const connection = new Cluster([url], { clusterRetryStrategy: () => 20 });
  connection.on("error", () => {});
  closers.push(() => connection.disconnect());
  return connection;
}

/** Lets a Redis follow another one, and waits until it does. */
export async function follow(follower: Redis, { url }: LocalRedis): Promise<void> {
  const { hostname, port } = new URL(url);
  await follower.replicaof(hostname, port);
  await eventually(async () => (await follower.info("replication")).includes("link_status:up"), "the replication");
}

/** Ends a connection from the side of Redis. */
export async function cutOff(connection: Redis, other: Redis): Promise<void> {
  const own = await connection.client("ID");
  const closed = new Promise((resolve) => connection.once("close", resolve));
  await other.client("KILL", "ID", String(own));
  await closed;
}

/** The memory of a worker over a connection; it belongs to no crew. */
export async function watch(
  connection: Redis | Cluster,
  options: { readonly log?: Log; readonly now?: () => Date } = {},
): ReturnType<typeof watchRedisMemory> {
  const crew = createCrew(connection, PREFIX);
  const memory = await watchRedisMemory(connection, { prefix: PREFIX, crew, log: SILENT, now, ...options });
  closers.push(memory.close);
  return memory;
}

export async function forgottenBy(memory: RedisMemory): Promise<Date | null> {
  return (await memory.recall()).forgotten?.at ?? null;
}

/** How often Redis was asked by a script that it knows. */
export async function questions(connection: Redis): Promise<number> {
  return Number(/cmdstat_evalsha:calls=(\d+)/.exec(await connection.info("commandstats"))?.[1] ?? 0);
}
