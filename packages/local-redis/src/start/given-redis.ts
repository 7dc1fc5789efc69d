import { LocalRedisError } from "../redis/local-redis-error.ts";
import type { LocalRedis } from "../redis/local-redis.ts";

/** A Redis that somebody else runs: used as it is, never ended. */
export function givenRedis(url: string): LocalRedis {
  return {
    url,
    how: `the Redis that was given${place(url)}`,
    pid: null,
    stop: async () => {},
    kill: refuse,
    restart: refuse,
  };
}

/** Host and port only: the URL may carry a password. A list of Cluster nodes is no URL and stays unnamed. */
function place(url: string): string {
  return URL.canParse(url) && new URL(url).host !== "" ? ` at ${new URL(url).host}` : "";
}

async function refuse(): Promise<never> {
  throw new LocalRedisError("not_ours", "this Redis was given by its URL; only one that was started here can be ended");
}
