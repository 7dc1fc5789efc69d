import type { RedisClient } from "@volley/runtime";

/** Keys that Redis looks at in one go: 10,000 take it a few milliseconds. */
const LOOKED_AT_ONCE = 10_000;

/**
 * The keys of a Redis, or of all masters of a Cluster, that match a pattern, page by page. Each is there at least once.
 *
 * @param pattern - as for Redis' `SCAN`
 */
export async function* keysIn(client: RedisClient, pattern: string): AsyncGenerator<string[]> {
  for (const node of nodesOf(client)) {
    let cursor = "0";
    do {
      const [next, keys] = await node.scan(cursor, "MATCH", pattern, "COUNT", LOOKED_AT_ONCE);
      cursor = next;
      yield keys;
    } while (cursor !== "0");
  }
}

/** How many keys there are in all. */
export async function countKeys(client: RedisClient): Promise<number> {
  const counts = await Promise.all(nodesOf(client).map(async (node) => node.dbsize()));
  return counts.reduce((sum, count) => sum + count, 0);
}

function nodesOf(client: RedisClient) {
  return "nodes" in client ? client.nodes("master") : [client];
}
