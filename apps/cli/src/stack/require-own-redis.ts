import { describeRedis, type RedisClient, type RedisSettings, SettingsError } from "@volley/runtime";
import { CliError } from "../exit/cli-error.ts";
import { unlessInterrupted } from "../exit/unless-interrupted.ts";
import { withRedis } from "../redis/with-redis.ts";
import { isDevelopmentPrefix } from "./development-prefix.ts";
import { isOnThisMachine } from "./is-on-this-machine.ts";
import { countKeys, keysIn } from "./keys-in.ts";

/** More are not looked through: whoever has so many has not put them there to try something out. */
const MOST_KEYS = 1_000_000;

/** The keys that BullMQ has for every queue, whichever client made it, behind the prefix and the queue's name. */
const QUEUE_KEY =
  /^(?<prefix>.+):volley-[^:]+:(?:meta|id|wait|active|paused|delayed|prioritized|waiting-children|completed|failed)$/s;

/** What to do where it may not run. */
const ADVICE = "unset REDIS_URL and one is started here, or add --shared-redis to run";

/**
 * Lets development use a Redis only when nothing in it can be somebody else's: the worker of development takes whatever it
 * is given for a rehearsal, and nobody would be texted by a send that was meant.
 *
 * @param patienceMs - how long it is waited for, in milliseconds. @default as long as a person waits
 * @throws CliError that says what is there, or that it does not answer, and what to do
 */
export async function requireOwnRedis(
  settings: RedisSettings,
  signal: AbortSignal,
  patienceMs?: number,
): Promise<void> {
  const redis = describeRedis(settings);
  if (!(await isOnThisMachine(settings))) {
    throw new CliError(`the Redis at ${redis} is not on this machine: ${ADVICE} there under a prefix of its own`);
  }
  const held = await withRedis(settings, async (client) => unlessInterrupted(signal, othersIn(client)), {
    signal,
    patienceMs,
  }).catch((error: unknown) => {
    if (!(error instanceof SettingsError)) throw error;
    throw new CliError(`${error.message}; unset REDIS_URL and one is started here`, { cause: error });
  });
  if (held !== null) {
    throw new CliError(`the Redis at ${redis} holds ${held}: ${ADVICE} beside them under a prefix of its own`);
  }
}

/** What of it is not development's, in words; `null` where there is nothing. */
async function othersIn(client: RedisClient): Promise<string | null> {
  if ((await countKeys(client)) > MOST_KEYS) return `more than ${MOST_KEYS.toLocaleString("en")} keys`;
  for await (const keys of keysIn(client, "*:volley-*:*")) {
    const prefix = keys.map(prefixOf).find((found) => found !== null && !isDevelopmentPrefix(found));
    if (prefix) return `queues of another Volley (prefix ${prefix})`;
  }
  return null;
}

function prefixOf(key: string): string | null {
  return QUEUE_KEY.exec(key)?.groups?.["prefix"] ?? null;
}
