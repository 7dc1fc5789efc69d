import { CLAIM_BEGUN, CLAIM_ENQUEUED, queueName } from "@volley/contract";
import type { Cluster, Redis } from "ioredis";
import { ProducerError } from "./producer-error.ts";
import type { SendAddress } from "./queue-access.ts";

/** What is known about a key before its send is put on the queue. */
export type Claim = "new" | "begun" | "enqueued";

/** What is claimed. */
export type ClaimInput = {
  readonly redis: Redis | Cluster;
  /** The Redis key that remembers the send. */
  readonly key: string;
  /** The job's own key in Redis. */
  readonly jobKey: string;
  readonly fingerprint: string;
  readonly ttlMs: number;
  readonly idempotencyKey: string;
};

/** The key of a send's job in Redis. */
export function jobKeyOf(prefix: string, { id, region }: SendAddress): string {
  return `${prefix}:${queueName(region)}:${id}`;
}

/**
 * Claims an idempotency key for one content.
 *
 * @param counts - of a list, for whoever comes with the same key; a worker that settles the send leaves them there
 * @returns `begun` when an earlier call claimed it and did not say that it enqueued: it may have died in between, and
 *   adding the same job again does no harm
 * @throws ProducerError `VOLLEY_IDEMPOTENCY_CONFLICT` when the key stands for other content
 */
export async function claim(
  { redis, key, fingerprint, ttlMs, idempotencyKey }: ClaimInput,
  counts: string | null = null,
): Promise<Claim> {
  const value = [CLAIM_BEGUN, fingerprint, ...(counts === null ? [] : [counts])].join(" ");
  const isNew = await redis.set(key, value, "PX", ttlMs, "NX");
  if (isNew === "OK") return "new";
  const [state, known] = (await redis.get(key))?.split(" ") ?? [];
  if (known !== undefined && known !== fingerprint) throw conflict(idempotencyKey);
  return state === CLAIM_ENQUEUED ? "enqueued" : "begun";
}

/** Keys: the claim and the job. Answers whether the job is there, and the claim. */
const LOOK = `return { redis.call("EXISTS", KEYS[2]), redis.call("GET", KEYS[1]) }`;

/** What a look at a claim and its job has shown. */
type Looked = {
  /** Whether the job is there, or was. */
  readonly isAdded: boolean;
  /** Of the content that the key stands for; `null` when nobody has claimed it. */
  readonly fingerprint: string | null;
};

/**
 * Looks at a claim and its job, without claiming anything. Both in one step, because a worker that settles a send confirms
 * its claim, and then the job may go.
 */
export async function lookAtClaim({
  redis,
  key,
  jobKey,
}: Pick<ClaimInput, "redis" | "key" | "jobKey">): Promise<Looked> {
  const answer: unknown = await redis.eval(LOOK, 2, key, jobKey);
  const [isThere, claimed] = Array.isArray(answer) ? answer : [];
  const [state, fingerprint = null] = typeof claimed === "string" ? claimed.split(" ") : [];
  return { isAdded: state === CLAIM_ENQUEUED || isThere === 1, fingerprint };
}

/**
 * Looks whether a key stands for this very send already: its job is there, or was.
 *
 * @throws ProducerError `VOLLEY_IDEMPOTENCY_CONFLICT` when the key stands for other content
 */
export async function isEnqueued(input: ClaimInput): Promise<boolean> {
  const { isAdded, fingerprint } = await lookAtClaim(input);
  if (fingerprint === null) return false;
  if (fingerprint !== input.fingerprint) throw conflict(input.idempotencyKey);
  return isAdded;
}

/** What is said when a key stands for other content. */
export function conflict(idempotencyKey: string): ProducerError {
  return new ProducerError(
    "VOLLEY_IDEMPOTENCY_CONFLICT",
    `idempotency key ${JSON.stringify(idempotencyKey)}: already used for a send with other content`,
  );
}

/** Keys: the claim and the job. Arguments: the claim's value and its time to live. */
const CONFIRM = `
if redis.call("GET", KEYS[1]) == ARGV[1] then return 1 end
if redis.call("EXISTS", KEYS[2]) == 0 then return 0 end
redis.call("SET", KEYS[1], ARGV[1], "PX", ARGV[2])
return 1`;

/**
 * Remembers that the send is on the queue: from now on the same key adds nothing, even when the job is gone.
 *
 * One step with the look whether the job is there: Redis may have crashed since it was added, forgotten it, and come back
 * between two commands. The key would then stand for a send that nobody has, and keep it from being enqueued again. A send
 * that a worker has settled meanwhile was there, although its job may be gone.
 *
 * @returns whether the job is there, or was; if not, nothing is remembered
 */
export async function confirm({ redis, key, jobKey, fingerprint, ttlMs }: ClaimInput): Promise<boolean> {
  return (await redis.eval(CONFIRM, 2, key, jobKey, `${CLAIM_ENQUEUED} ${fingerprint}`, ttlMs)) === 1;
}
