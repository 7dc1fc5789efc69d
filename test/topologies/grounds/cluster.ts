import { type LocalRedis, startRedis } from "@volley/local-redis";
import { Cluster } from "ioredis";
import { eventually } from "../../stage/eventually.ts";
import { type RedisCluster, startRedisCluster } from "../../stage/redis-cluster.ts";
import { PREFIX } from "../prefix.ts";
import { asking, denialsOf, giveRights, readRights, urlOf } from "./rights.ts";
import type { Ground } from "../topology.ts";

const MASTERS = 3;

/** After which the other masters take one for dead, in milliseconds. */
const NODE_TIMEOUT_MS = "2000";

const AGAIN_MS = 100;

const ADDED = ["+cluster|slots", "+cluster|info", "+cluster|keyslot"];

/** Three masters, of which the one that has Volley's keys has a replica, which is promoted. */
export async function startClusterGround(): Promise<Ground> {
  const cluster = await startRedisCluster(MASTERS);
  const replica = await startRedis({ prefer: "server", persistence: true, cluster: true });
  const rights = await readRights();
  const master = await cluster.nodeOf(`${PREFIX}:sends`);
  for (const { url } of [...cluster.nodes, replica]) {
    await asking(url, async (node) => node.config("SET", "cluster-node-timeout", NODE_TIMEOUT_MS));
    await giveRights(url, rights, ADDED);
  }
  await joinAs(replica, master, cluster);
  const isMaster = async (): Promise<boolean> =>
    asking(replica.url, async (node) => (await node.info("replication")).includes("role:master"));
  return {
    how: `${master.how.split(" from ")[0]}, a Cluster of ${MASTERS} masters`,
    environmentOf: (role) => ({ REDIS_URL: urlOf(role, cluster.urls) }),
    connect: () =>
      new Cluster(
        cluster.nodes.map(({ url }) => urlOf("service", url)),
        { clusterRetryStrategy: () => AGAIN_MS, redisOptions: { maxRetriesPerRequest: null } },
      ),
    strike: async () => {
      await master.kill();
      await eventually(isMaster, "a replica that is promoted");
    },
    heal: async () => {
      await master.restart();
      await giveRights(master.url, rights, ADDED);
    },
    denied: async () => (await Promise.all([...cluster.nodes, replica].map(async ({ url }) => denialsOf(url)))).flat(),
    close: async () => {
      await cluster.close();
      await replica.stop();
    },
  };
}

async function joinAs(replica: LocalRedis, master: LocalRedis, { nodes }: RedisCluster): Promise<void> {
  const id = await asking(master.url, async (node) => node.cluster("MYID"));
  const shown = await asking(replica.url, async (node) => String(await node.cluster("NODES")));
  const [, ip = "", port = "", busPort = ""] = /(\S*):(\d+)@(\d+)/.exec(shown) ?? [];
  for (const { url } of nodes) {
    await asking(url, async (node) => node.call("CLUSTER", "MEET", ip || "127.0.0.1", port, busPort));
  }
  await asking(replica.url, async (node) => {
    await eventually(async () => String(await node.cluster("NODES")).includes(id), "a replica that knows its master");
    await node.call("CLUSTER", "REPLICATE", id);
    await eventually(async () => (await node.info("replication")).includes("link_status:up"), "the replication");
  });
}
