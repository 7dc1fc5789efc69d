import { LocalRedisError } from "../redis/local-redis-error.ts";
import type { Attempt, LocalRedis } from "../redis/local-redis.ts";

const ADVICE =
  "Install one (Debian and Ubuntu: sudo apt-get install redis-server; macOS: brew install redis) or set REDIS_URL";

/** Tries one way after the other, saying why each does not work. @throws LocalRedisError `no_redis` with all the reasons and what to do */
export async function firstWay(
  ways: readonly (() => Promise<Attempt>)[],
  say: (sentence: string) => void,
): Promise<LocalRedis> {
  const reasons: string[] = [];
  for (const way of ways) {
    const attempt = await way();
    if (attempt.kind === "started") {
      return attempt.redis;
    }
    reasons.push(attempt.reason);
    say(`Redis: ${attempt.reason}.`);
  }
  throw new LocalRedisError("no_redis", `Volley needs a Redis: ${reasons.join("; ")}. ${ADVICE}.`);
}
