import { JOB_NAME, type Send } from "@volley/contract";
import { createIORedisClient, type IRedisClient, Job } from "bullmq";
import { jobOptions } from "./job-options.ts";
import type { QueueAccess } from "./queue-access.ts";

/** A send to be added together with the claims of its messages. */
export type ClaimingSend = {
  readonly region: string;
  /** Of this send alone, never used before. */
  readonly id: string;
  readonly send: Send;
  readonly delayMs: number;
  /** What claims a message each, in Redis. */
  readonly claims: readonly { readonly key: string; readonly value: string }[];
  readonly ttlMs: number;
};

/**
 * Either the send is on the queue and every claim is written, or nothing has happened: because of claims that were there,
 * each with its value, or because BullMQ's own script was not.
 */
export type Addition =
  | { readonly kind: "added" }
  | { readonly kind: "taken"; readonly values: ReadonlyMap<string, string> }
  | { readonly kind: "script missing" };

/** The field of a job's key that stands in the way of a job. No job has it. */
const FENCE = "fence";

/**
 * Finds the claims that are there. If there is one, it puts something in the job's place, and BullMQ adds no job where
 * one is. A job that is there was added by this very send, when its answer was lost: it is left alone.
 *
 * Keys: the job and the claims. Arguments: the fence. Answers position and value of each claim, one after the other.
 */
const LOOK = `
local taken = {}
if #KEYS > 1 then
  local values = redis.call("MGET", unpack(KEYS, 2))
  for position = 1, #KEYS - 1 do
    if values[position] then
      taken[#taken + 1] = position
      taken[#taken + 1] = values[position]
    end
  end
end
if #taken > 0 and redis.call("EXISTS", KEYS[1]) == 0 then redis.call("HSET", KEYS[1], ARGV[1], "1") end
return taken`;

/**
 * Writes the claims if the job is there, and otherwise takes the fence away.
 *
 * Keys: the job and the claims. Arguments: the fence, the claims' time to live, and the value of each. Answers 1 or 0.
 */
const CLAIM = `
if redis.call("HEXISTS", KEYS[1], ARGV[1]) == 1 then
  redis.call("DEL", KEYS[1])
  return 0
end
if redis.call("EXISTS", KEYS[1]) == 0 then return 0 end
for position = 1, #KEYS - 1 do
  redis.call("SET", KEYS[position + 1], ARGV[position + 2], "PX", ARGV[2])
end
return 1`;

/**
 * Adds a send and claims its messages in one transaction.
 *
 * A claim that is written first and a job that is added afterwards would leave a gap: a second caller could not tell a
 * process that died in it from one that is slow, and would text everybody again who takes over too early. Here there is
 * no gap: a crash of the producer, of Redis or of the connection leaves both or neither.
 *
 * @param givenUp - nothing is added once it is aborted; what is under way is not called back
 */
export async function addWithClaims(
  access: QueueAccess,
  claiming: ClaimingSend,
  givenUp: AbortSignal,
): Promise<Addition> {
  const { region, id, send, delayMs, claims, ttlMs } = claiming;
  const queue = access.queueOf(region);
  // BullMQ makes its scripts known to the connection when it is ready.
  await queue.waitUntilReady();
  givenUp.throwIfAborted();
  const keys = [queue.toKey(id), ...claims.map(({ key }) => key)];
  const client: IRedisClient = createIORedisClient(access.link.connection);
  const transaction = client.multi();
  transaction.runCommand("eval", [LOOK, keys.length, ...keys, FENCE]);
  await new Job(queue, JOB_NAME, send, jobOptions(id, delayMs, send.priority), id).addJob(transaction);
  transaction.runCommand("eval", [CLAIM, keys.length, ...keys, FENCE, ttlMs, ...claims.map(({ value }) => value)]);
  const [looked, added, claimed] = (await transaction.exec().catch(throwFirst)) ?? [];
  if (!looked || !added || !claimed) throw new Error("Redis has discarded the transaction");
  if (claimed[1] === 1) return { kind: "added" };
  const values = readTaken(looked[1], claims);
  if (values.size > 0) return { kind: "taken", values };
  const error = looked[0] ?? added[0] ?? claimed[0];
  if (error?.message.startsWith("NOSCRIPT")) return { kind: "script missing" };
  throw error ?? new Error("BullMQ has not added the send");
}

/** ioredis puts aside what Redis said to the commands of a transaction that it then discarded. */
function throwFirst(error: unknown): never {
  const earlier: unknown = Reflect.get(Object(error), "previousErrors");
  throw Array.isArray(earlier) && earlier.length > 0 ? earlier[0] : error;
}

/**
 * Makes BullMQ's script known to Redis again, which forgets it when somebody empties its cache or has it evicted. Inside
 * of a transaction ioredis cannot do that by itself. The add is one of nothing: the fence stands in its place.
 */
export async function loadAddScript(
  { link, queueOf }: QueueAccess,
  { region, id, send, delayMs }: ClaimingSend,
): Promise<void> {
  const queue = queueOf(region);
  const jobKey = queue.toKey(id);
  await link.connection.hset(jobKey, FENCE, "1");
  await queue.add(JOB_NAME, {}, jobOptions(id, delayMs, send.priority));
  await link.connection.del(jobKey);
}

function readTaken(reply: unknown, claims: ClaimingSend["claims"]): Map<string, string> {
  const values = new Map<string, string>();
  if (!Array.isArray(reply)) return values;
  for (let place = 0; place + 1 < reply.length; place += 2) {
    const claim = claims[Number(reply[place]) - 1];
    if (claim) values.set(claim.key, String(reply[place + 1]));
  }
  return values;
}
