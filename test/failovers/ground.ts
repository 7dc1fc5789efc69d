import { type LocalRedis, startRedis } from "@volley/local-redis";
import { Redis } from "ioredis";
import { eventually } from "../stage/eventually.ts";
import { type Sentinel, startSentinel } from "../stage/redis-sentinel.ts";
import { startLaggingLink } from "./lagging-link.ts";

/** A Redis that is killed, and what comes after it. */
export type Ground = {
  /** By which processes find it. */
  readonly environment: Readonly<Record<string, string>>;
  /** As a connection does. */
  readonly connect: () => Redis;
  /** Kills it, between two instructions. */
  readonly strike: () => Promise<void>;
  /** Waits until Redis answers again. */
  readonly recover: () => Promise<void>;
  /** Waits until it may be killed once more. */
  readonly makeReady: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** So much later a replica hears of what its master was told, in milliseconds. */
const LAG_MS = 30;

const PATIENT = { maxRetriesPerRequest: null, retryStrategy: () => 100 };

/** One Redis, which is started again with its append-only file. */
export async function startAloneGround(fsync: "always" | "everysec"): Promise<Ground> {
  const redis = await startRedis({ prefer: "server", persistence: fsync === "always" ? "always" : true });
  return {
    environment: { REDIS_URL: redis.url },
    connect: () => new Redis(redis.url, PATIENT),
    strike: async () => redis.kill(),
    recover: async () => redis.restart(),
    makeReady: async () => {},
    close: async () => redis.stop(),
  };
}

/** A master with a replica that lags behind, which takes over by a Sentinel. */
export async function startReplicatedGround(): Promise<Ground> {
  const servers = await Promise.all([0, 1].map(async () => startRedis({ prefer: "server", persistence: true })));
  let [master, replica] = servers as [LocalRedis, LocalRedis];
  let link = await followBy(replica, master);
  const sentinel = await startSentinel(portOf(master));
  await sentinel.knowsReplica();
  return {
    environment: { REDIS_SENTINELS: sentinel.address, REDIS_MASTER_NAME: sentinel.masterName },
    connect: () =>
      new Redis({ ...PATIENT, sentinels: [{ host: "127.0.0.1", port: sentinel.port }], name: sentinel.masterName }),
    strike: async () => master.kill(),
    recover: async () => {
      await eventually(async () => (await sentinel.master()) === portOf(replica), "a Sentinel that names the replica");
      [master, replica] = [replica, master];
    },
    makeReady: async () => {
      await link.close();
      await replica.restart();
      link = await followBy(replica, master);
      await watchAnew(sentinel, master);
    },
    close: async () => {
      await sentinel.close();
      await link.close();
      for (const each of servers) await each.stop();
    },
  };
}

/** By itself a Sentinel asks only every ten seconds whether there is another replica. */
async function watchAnew(sentinel: Sentinel, master: LocalRedis): Promise<void> {
  await sentinel.watch(portOf(master));
  await sentinel.knowsReplica();
}

async function followBy(replica: LocalRedis, master: LocalRedis) {
  const link = await startLaggingLink(portOf(master), LAG_MS);
  const [leader, follower] = [new Redis(master.url), new Redis(replica.url)];
  try {
    await leader.config("SET", "repl-diskless-sync-delay", "0");
    await follower.replicaof("127.0.0.1", link.port);
    await eventually(async () => (await follower.info("replication")).includes("link_status:up"), "the replication");
    await eventually(async () => (await leader.info("replication")).includes("state=online"), "a replica on line");
  } finally {
    for (const each of [leader, follower]) each.disconnect();
  }
  return link;
}

function portOf({ url }: LocalRedis): number {
  return Number(new URL(url).port);
}
