import { Cluster, type Redis } from "ioredis";

/** Opt-outs that must not be lost: the keys that say when each of them was heard. */
type Confirmed = {
  readonly keys: readonly string[];
  /** How many replicas; `null` for one where there are any. */
  readonly replicas: number | null;
  /** How long they may take, in milliseconds. */
  readonly timeoutMs: number;
};

/**
 * Resolves when so many replicas have what was written before by this connection, and the master still has it.
 *
 * @throws Error when they have not: a failover may lose it
 */
export async function confirmReplicas(redis: Redis | Cluster, { keys, replicas, timeoutMs }: Confirmed): Promise<void> {
  const [key] = keys;
  if (key === undefined || replicas === 0) return;
  const node = redis instanceof Cluster ? await masterOf(redis, key) : redis;
  const wanted = replicas ?? Math.min(1, await connectedReplicas(node));
  if (wanted === 0) return;
  const found = await node.wait(wanted, timeoutMs);
  if (found < wanted) throw new Error(`of ${wanted} replicas of redis ${found} have an opt-out`);
  // On a connection to the master that has come after a failover, there is nothing to wait for.
  const known = await node.exists(...keys);
  if (known < keys.length) throw new Error("redis does not have an opt-out any more: it was written to another master");
}

/** Whoever may not ask how Redis is has to say how many replicas there are. */
async function connectedReplicas(node: Redis): Promise<number> {
  try {
    return Number(/^connected_slaves:(\d+)/m.exec(await node.info("replication"))?.[1] ?? 0);
  } catch (error) {
    if (error instanceof Error && error.message.startsWith("NOPERM")) return 0;
    throw error;
  }
}

/** The one that has the key, by the connection that scripts are sent on. */
async function masterOf(cluster: Cluster, key: string): Promise<Redis> {
  const [name] = cluster.slots[await cluster.cluster("KEYSLOT", key)] ?? [];
  const node = cluster.nodes("master").find(({ options }) => `${options.host}:${options.port}` === name);
  if (node === undefined) throw new Error("no master of the redis cluster is known for an opt-out");
  return node;
}
