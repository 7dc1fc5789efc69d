import type { RedisClient } from "@volley/runtime";
import { counted } from "../words/in-english.ts";
import { type Finding, FOUND } from "./finding.ts";

/** What each process beside the workers is for, by the name of its connections. */
const FOR = {
  webhooks: "callbacks come in through it",
  api: "Volley over HTTP",
  exporter: "metrics of the whole fleet",
  board: "the pages for operators",
} as const;

/** Which processes beside the workers are connected to this Redis. None of them is needed for sending. */
export async function processFindings(redis: RedisClient): Promise<Finding[]> {
  const names = await connectionNames(redis);
  if (names === null) {
    return [
      FOUND.warn("processes", "Redis does not say who is connected", "allow the user CLIENT LIST, or look yourself"),
    ];
  }
  return Object.entries(FOR).map(([app, use]) => {
    const count = names.filter((name) => name === `volley-${app}`).length;
    return FOUND.ok(app, count === 0 ? `none is connected (${use})` : counted(count, "connection"));
  });
}

/** Of every node of a Cluster: a process is connected to some of them. */
async function connectionNames(redis: RedisClient): Promise<string[] | null> {
  const nodes = "nodes" in redis ? redis.nodes("master") : [redis];
  try {
    const lists = await Promise.all(nodes.map(async (node) => String(await node.client("LIST"))));
    return lists.flatMap((list) => [...list.matchAll(/ name=(\S*)/g)].map(([, name = ""]) => name));
  } catch {
    return null;
  }
}
