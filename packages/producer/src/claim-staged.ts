import { CLAIM_ENQUEUED, claimKey } from "@volley/contract";
import type { Cluster, Redis } from "ioredis";
import { type ClaimInput, jobKeyOf, lookAtClaim } from "./claim.ts";
import type { ListCounts } from "./list-counts.ts";
import type { QueueAccess, SendAddress } from "./queue-access.ts";
import type { Stage } from "./stage.ts";

/** A staged send that is on the queue already. */
export type KnownList = {
  readonly fingerprint: string;
  /** `null` when it was not a staged one. */
  readonly counts: ListCounts | null;
};

/**
 * Looks whether a key is enqueued already, before a list is staged for nothing.
 *
 * @returns `null` when it is not, or not yet for certain
 */
export async function findEnqueued(redis: Redis | Cluster, key: string): Promise<KnownList | null> {
  const [state, fingerprint, counts] = (await redis.get(key))?.split(" ") ?? [];
  if (state !== CLAIM_ENQUEUED || fingerprint === undefined) return null;
  return { fingerprint, counts: counts === undefined ? null : readCounts(counts) };
}

/** Whether a send's job is there, or was, whatever its content: that is not known before its list was read. */
export async function wasAdded({ link, prefix }: QueueAccess, address: SendAddress): Promise<boolean> {
  const keys = { key: claimKey(prefix, address.id), jobKey: jobKeyOf(prefix, address) };
  const { isAdded } = await link.run(async () => lookAtClaim({ redis: link.connection, ...keys }));
  return isAdded;
}

/**
 * Remembers that a staged send is on the queue. A job that does not name the stage has another one, of another call with
 * the same key, or is settled already and needs none: the stage goes. It may even be gone, and a worker has written down
 * that it was there. A stage that lacks pieces before any worker had the job is one that Redis has forgotten; later the
 * worker may have removed them.
 *
 * Keys: the claim, the job, the stage. Arguments: the claim's value and time to live, the stage's ID and its pieces.
 */
const CONFIRM = `
local job = redis.call("HMGET", KEYS[2], "data", "ats")
if not job[1] then
  if redis.call("GET", KEYS[1]) ~= ARGV[1] then return "lost" end
  redis.call("UNLINK", KEYS[3])
  return "other"
end
local isOwn = string.find(job[1], ARGV[3], 1, true)
if isOwn and not job[2] and redis.call("HLEN", KEYS[3]) ~= tonumber(ARGV[4]) then return "incomplete" end
redis.call("SET", KEYS[1], ARGV[1], "PX", ARGV[2])
if isOwn then return "own" end
redis.call("UNLINK", KEYS[3])
return "other"`;

/** What a look at the job has shown: it has this stage, or another one; it is not there; or its stage is not. */
export type StagedConfirmation = "own" | "other" | "lost" | "incomplete";

/** Remembers that the send is on the queue, in one step with the look whether it and its stage are there. */
export async function confirmStaged(
  { redis, key, jobKey, fingerprint, ttlMs }: ClaimInput,
  stage: Stage,
  counts: ListCounts,
): Promise<StagedConfirmation> {
  const value = `${CLAIM_ENQUEUED} ${fingerprint} ${writeCounts(counts)}`;
  const keys = [key, jobKey, stage.key];
  const answer: unknown = await redis.eval(CONFIRM, keys.length, ...keys, value, ttlMs, stage.id, stage.pieces());
  return answer === "own" || answer === "other" || answer === "incomplete" ? answer : "lost";
}

/** Whether a job points at a stage, as far as Redis says: where it says nothing, one may. */
export async function mayPointAt({ redis, jobKey }: ClaimInput, stage: Stage): Promise<boolean> {
  const data = await redis.hget(jobKey, "data").catch(() => stage.id);
  return data?.includes(stage.id) ?? false;
}

/** As they stand in a claim. */
export function writeCounts({ requested, valid, duplicate, rejected }: ListCounts): string {
  return [requested, valid, duplicate, rejected].join(",");
}

function readCounts(text: string): ListCounts {
  const [requested = 0, valid = 0, duplicate = 0, rejected = 0] = text.split(",").map(Number);
  return { requested, valid, duplicate, rejected };
}
