import { type LocalRedis, startRedis } from "@volley/local-redis";
import { Cluster, Redis } from "ioredis";
import { eventually } from "./eventually.ts";

/** A real Cluster on the loopback. */
export type RedisCluster = {
  readonly nodes: readonly LocalRedis[];
  /** As `REDIS_URL` takes it. */
  readonly urls: string;
  readonly client: Cluster;
  /** The node that has a key's slot. */
  readonly nodeOf: (key: string) => Promise<LocalRedis>;
  readonly close: () => Promise<void>;
};

const SLOTS = 16_384;

/** Starts nodes that keep an append-only file and share the slots among them. */
export async function startRedisCluster(count: number): Promise<RedisCluster> {
  const nodes = await Promise.all(
    Array.from({ length: count }, async () => startRedis({ prefer: "server", persistence: true, cluster: true })),
  );
  const clients = nodes.map(({ url }) => new Redis(url));
  const shares = clients.map((_, index) => Math.round((SLOTS * index) / count));
  const addresses = await Promise.all(clients.map(ownAddress));
  for (const [index, client] of clients.entries()) {
    await client.call("CLUSTER", "ADDSLOTSRANGE", shares[index] ?? 0, (shares[index + 1] ?? SLOTS) - 1);
    await clients[0]?.call("CLUSTER", "MEET", ...(addresses[index] ?? []));
  }
  for (const client of clients) {
    const isWhole = async (): Promise<boolean> => {
      const info = String(await client.call("CLUSTER", "INFO"));
      return info.includes("cluster_state:ok") && info.includes(`cluster_known_nodes:${count}`);
    };
    await eventually(isWhole, "a whole Cluster");
    client.disconnect();
  }
  const client = new Cluster(
    nodes.map(({ url }) => url),
    { redisOptions: { maxRetriesPerRequest: null } },
  );
  client.on("error", () => {});
  return {
    nodes,
    urls: nodes.map(({ url }) => url).join(","),
    client,
    nodeOf: async (key) => {
      const slot = await client.cluster("KEYSLOT", key);
      const share = shares.findLastIndex((first) => first <= slot);
      const node = nodes[share];
      if (!node) throw new Error(`no node has slot ${slot}`);
      return node;
    },
    close: async () => {
      client.disconnect();
      await Promise.all(nodes.map(async (node) => node.stop()));
    },
  };
}

/** Where the other nodes find this one: its address, its port, and its port for them. */
async function ownAddress(client: Redis): Promise<string[]> {
  const [, ip = "", port = "", busPort = ""] = /(\S*):(\d+)@(\d+)/.exec(String(await client.cluster("NODES"))) ?? [];
  return [ip || "127.0.0.1", port, busPort];
}
