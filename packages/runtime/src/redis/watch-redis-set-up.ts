import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import { SettingsError } from "../settings/settings-error.ts";
import type { Verdict } from "../terms/verdict.ts";
import type { RedisClient } from "./redis-client.ts";
import { waitForRedis } from "./wait-for-redis.ts";

/** What becomes of a process whose Redis evicts keys. */
export const EVICTION_ANSWERS = ["refuse", "warn"] as const;

/** What becomes of a process whose Redis evicts keys. */
export type EvictionAnswer = (typeof EVICTION_ANSWERS)[number];

/** How the set-up of Redis is watched. */
type Watching = {
  /** What becomes of the process when Redis evicts keys: `warn` only says so. */
  readonly answer: EvictionAnswer;
  /** Whether Redis may be away at the first look; then it is looked at as soon as it is there. @default false */
  readonly mayBeAway?: boolean;
  readonly log: Logger;
  /** How often Redis is asked, in milliseconds. @default 30000 */
  readonly intervalMs?: number;
};

/** What is known of the set-up of Redis. */
export type RedisSetUp = {
  /** Not well while Redis would forget keys when it is full, where that is refused. */
  readonly verdict: () => Verdict;
  readonly close: () => void;
};

/** The policy under which a full Redis refuses writes and forgets nothing. */
const NO_EVICTION = "noeviction";

const INTERVAL_MS = 30_000;

/** How long a process that starts without Redis waits for it, in milliseconds. */
const PATIENCE_MS = 2_000;

/** What Redis says of itself; `undefined` where it does not. */
type Said = { readonly policy: string | undefined; readonly appendsOnly: boolean | undefined };

/**
 * Refuses a Redis that forgets keys when it is full, whichever it likes: a job's lock, a batch ID, the recipients of a part. What
 * a message costs then is somebody who is texted twice, or never. That can be changed while the process runs, and is looked at
 * again and again: then it says so and is not ready. A Redis without an append-only file is taken with a warning.
 *
 * A Redis that does not tell is taken as it is, with a warning.
 *
 * @throws SettingsError when Redis evicts keys at the first look, and `answer` is `refuse`
 */
export async function watchRedisSetUp(
  redis: RedisClient,
  { answer, log, mayBeAway = false, intervalMs = INTERVAL_MS }: Watching,
): Promise<RedisSetUp> {
  let said = mayBeAway ? await askInTime(redis) : await ask(redis);
  if (answer === "refuse" && evicts(said)) {
    throw new SettingsError([
      `REDIS_URL: expected a Redis with maxmemory-policy ${NO_EVICTION}, got ${said?.policy}: when it is full it forgets ` +
        "sends and whom they have reached (VOLLEY_REDIS_EVICTION=warn starts all the same)",
    ]);
  }
  if (said) warn(said, null, log);
  const look = async (): Promise<void> => {
    const now = await ask(redis);
    warn(now, said, log);
    said = now;
  };
  // That Redis is away is for others to say.
  const lookSafely = (): void => void look().catch(() => null);
  const timer = setInterval(lookSafely, intervalMs);
  if (mayBeAway) redis.on("ready", lookSafely);
  return {
    verdict: () =>
      answer === "refuse" && evicts(said)
        ? { ok: false, reason: `redis forgets keys when it is full (maxmemory-policy ${said?.policy})` }
        : { ok: true },
    close: () => {
      clearInterval(timer);
      redis.off("ready", lookSafely);
    },
  };
}

/** @returns `null` where Redis does not answer soon */
async function askInTime(redis: RedisClient): Promise<Said | null> {
  const answer = waitForRedis(redis, "", PATIENCE_MS)
    .then(async () => ask(redis))
    .catch(() => null);
  return Promise.race([answer, sleep(PATIENCE_MS, null, { ref: false })]);
}

async function ask(redis: RedisClient): Promise<Said> {
  try {
    const [memory, persistence] = [await redis.info("memory"), await redis.info("persistence")];
    const aof = /^aof_enabled:(\d)/m.exec(persistence)?.[1];
    return {
      policy: /^maxmemory_policy:(\S+)/m.exec(memory)?.[1],
      appendsOnly: aof === undefined ? undefined : aof === "1",
    };
  } catch (error) {
    if (error instanceof Error && error.message.startsWith("NOPERM"))
      return { policy: undefined, appendsOnly: undefined };
    throw error;
  }
}

function evicts(said: Said | null): boolean {
  return said?.policy !== undefined && said.policy !== NO_EVICTION;
}

/** Says what is new. */
function warn(said: Said, before: Said | null, log: Logger): void {
  const { policy, appendsOnly } = said;
  if (policy !== before?.policy || before === null) {
    if (policy === undefined) {
      log.warn(
        {},
        "Redis does not say how it is set up (its user may not ask INFO): whether it forgets keys is not known",
      );
    } else if (evicts(said)) {
      log.error({ policy }, "this Redis forgets keys when it is full: messages can be lost or sent twice");
    } else if (before !== null) log.info({ policy }, "this Redis forgets no keys when it is full");
  }
  if (appendsOnly === false && before?.appendsOnly !== false) {
    log.warn({}, "this Redis keeps no append-only file: what it holds is gone when it crashes");
  }
}
