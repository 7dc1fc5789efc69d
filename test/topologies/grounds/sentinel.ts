import { type LocalRedis, startRedis } from "@volley/local-redis";
import { Redis } from "ioredis";
import { eventually } from "../../stage/eventually.ts";
import { startSentinel } from "../../stage/redis-sentinel.ts";
import { denialsOf, giveRights, loginOf, readRights, urlOf } from "./rights.ts";
import type { Ground } from "../topology.ts";

const AGAIN_MS = 100;

const ADDED = ["+role"];

/** With two of them one may be gone, and the next master still has one. */
const REPLICAS = 2;

/** A master with two replicas, one of which a Sentinel lets take over. */
export async function startSentinelGround(how: "killed" | "frozen"): Promise<Ground> {
  const [master, ...replicas] = (await Promise.all(
    Array.from({ length: REPLICAS + 1 }, async () => startRedis({ prefer: "server", persistence: true })),
  )) as [LocalRedis, ...LocalRedis[]];
  const rights = await readRights();
  for (const { url } of [master, ...replicas]) await giveRights(url, rights, ADDED);
  await follow(master, replicas);
  const sentinel = await startSentinel(portOf(master));
  await sentinel.knowsReplica(REPLICAS);
  const { masterName } = sentinel;
  return {
    how: `${master.how.split(" from ")[0]}, a master with ${REPLICAS} replicas`,
    environmentOf: (role) => ({
      REDIS_URL: urlOf(role, "redis://master"),
      REDIS_SENTINELS: sentinel.address,
      REDIS_MASTER_NAME: masterName,
    }),
    connect: () =>
      new Redis({
        sentinels: [{ host: "127.0.0.1", port: sentinel.port }],
        name: masterName,
        ...loginOf("service"),
        maxRetriesPerRequest: null,
        retryStrategy: () => AGAIN_MS,
        socketTimeout: 5_000,
      }),
    strike: async () => {
      if (how === "killed") await master.kill();
      else signal(master, "SIGSTOP");
      await eventually(async () => (await sentinel.master()) !== portOf(master), "another master");
    },
    heal: async () => {
      if (how === "killed") {
        await master.restart();
        await giveRights(master.url, rights, ADDED);
      } else signal(master, "SIGCONT");
    },
    denied: async () => (await Promise.all([master, ...replicas].map(async ({ url }) => denialsOf(url)))).flat(),
    close: async () => {
      if (how === "frozen") signal(master, "SIGCONT");
      await sentinel.close();
      for (const each of [master, ...replicas]) await each.stop();
    },
  };
}

/** A master whose replicas are gone takes no writes: one that wakes up must not work on beside the next one. */
async function follow(master: LocalRedis, replicas: readonly LocalRedis[]): Promise<void> {
  const leader = new Redis(master.url);
  await leader.config("SET", "repl-diskless-sync-delay", "0");
  for (const { url } of replicas) {
    const follower = new Redis(url);
    await follower.replicaof("127.0.0.1", portOf(master));
    await eventually(async () => (await follower.info("replication")).includes("link_status:up"), "the replication");
    await setTerms(follower);
    follower.disconnect();
  }
  await setTerms(leader);
  leader.disconnect();
}

async function setTerms(redis: Redis): Promise<void> {
  await redis.config("SET", "min-replicas-to-write", "1", "min-replicas-max-lag", "10");
}

function signal({ pid }: LocalRedis, name: NodeJS.Signals): void {
  if (pid !== null) process.kill(pid, name);
}

function portOf({ url }: LocalRedis): number {
  return Number(new URL(url).port);
}
