import { type Logger, type RedisClient, SettingsError } from "@volley/runtime";

/** What becomes of a worker whose Redis evicts keys. */
export const EVICTION_ANSWERS = ["refuse", "warn"] as const;

/** The policy under which a full Redis refuses writes and forgets nothing. */
const NO_EVICTION = "noeviction";

const POLICY = /^maxmemory_policy:(\S+)/m;

/**
 * Refuses a Redis that forgets keys when it is full, whichever it likes: a job's lock, a batch ID, the recipients of a
 * part. What a message costs then is somebody who is texted twice, or never.
 *
 * A Redis that does not tell its policy is taken as it is.
 *
 * @param answer - `warn` only says so
 * @throws SettingsError when the policy is another one and `answer` is `refuse`
 */
export async function requireNoEviction(
  redis: RedisClient,
  answer: (typeof EVICTION_ANSWERS)[number],
  log: Logger,
): Promise<void> {
  const policy = POLICY.exec(await redis.info("memory"))?.[1];
  if (policy === undefined || policy === NO_EVICTION) return;
  const problem =
    `REDIS_URL: expected a Redis with maxmemory-policy ${NO_EVICTION}, got ${policy}: when it is full it forgets ` +
    "sends and whom they have reached (VOLLEY_REDIS_EVICTION=warn starts all the same)";
  if (answer === "refuse") throw new SettingsError([problem]);
  log.error({ policy }, "this Redis forgets keys when it is full: messages can be lost or sent twice");
}
