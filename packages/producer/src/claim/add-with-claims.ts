import {
  createRedisScript,
  isUnknownScript,
  JOB_NAME,
  LIST_SEND,
  LISTED_OPTION,
  regionOfSendId,
  type Send,
  sendId,
  type StagedSend,
} from "@volley/contract";
import { inSpan, jobTrace } from "@volley/tracing";
import { type IRedisTransaction, Job, type JobsOptions } from "bullmq";
import { type AdditionState, runTogether } from "./add-together.ts";
import { type Claim, claimsKey, conflict, countsOf, readClaim, writeClaim } from "./claim.ts";
import { bucketsFor, claimTable } from "./claim-table.ts";
import { type Listed, rowsOf } from "./listed.ts";
import type { ListCounts } from "../terms/list-counts.ts";
import type { QueueAccess, SendAddress } from "../redis/queue-access.ts";
import { unavailable } from "../redis/redis-error.ts";
import type { StillWanted } from "../redis/redis-link.ts";
import type { Remembered } from "../terms/remember-settings.ts";
import { forgotten } from "../staging/stage.ts";

/** A send that is to be put on its queue. */
export type Addition = Remembered & {
  readonly region: string;
  readonly id: string;
  readonly data: Send | StagedSend;
  readonly delayMs: number;
  /** The keys that are to stand for it, by the IDs that they make. */
  readonly claims: ReadonlyMap<string, Claim>;
  /** What the list of sends says of it. */
  readonly listed: Listed;
  /** Where its recipients are, when they are staged. */
  readonly stage?: AddedStage;
  /** Told how far it is. @default nobody wants to know */
  readonly state?: AdditionState;
};

/** Recipients of whom one job is to know. */
type AddedStage = {
  readonly key: string;
  /** How many pieces it must have. */
  readonly pieces: number;
  /** How long it lives once the send is on its queue. */
  readonly keepMs: number;
};

/** What came of it: unless it was added, nothing has changed. */
export type Added =
  | { readonly kind: "added" }
  /** Some keys stand for something already. */
  | { readonly kind: "taken"; readonly claims: ReadonlyMap<string, Claim> }
  /** There is a job in its place for which no key stands: nobody knows what is in it. */
  | { readonly kind: "occupied" }
  /** Redis has forgotten some of the staged recipients. */
  | { readonly kind: "incomplete" };

/**
 * Whether a send was on its queue before it was to be added.
 *
 * @param send - the content that was to be added, by the ID of the key that stands for the whole of it
 * @returns who was in its list then; `null` when it was not there
 * @throws ProducerError `VOLLEY_IDEMPOTENCY_CONFLICT` when the key stands for something else; `VOLLEY_REDIS_UNAVAILABLE` when
 *   Redis has forgotten some of its recipients
 */
export function countsThere(
  added: Added,
  { id, ...given }: Pick<SendAddress, "id"> & { readonly print: string; readonly counts: ListCounts },
): ListCounts | null {
  if (added.kind === "added") return null;
  if (added.kind === "incomplete") throw forgotten();
  const claim = added.kind === "taken" ? added.claims.get(id) : undefined;
  if (claim === undefined) throw conflict();
  return countsOf(claim, given);
}

/** The field of a job's key that stands in the way of a job: BullMQ adds none where there is one. */
const FENCE = "fence";

/**
 * One script for both steps, so that Redis has either both or none.
 *
 * Keys: the job, the region's claims, the stage if there is one. Arguments: the prefix, the region, the step, then of
 *
 * - `look`, which takes the fence away where the send may be added: whether one of the IDs is the job's own, how many
 *   pieces the stage must have, and the IDs. Answers what it has found, and position and value of each claim;
 * - `claim`, which does nothing where the fence is still there: the time to live of claims and of the stage in milliseconds,
 *   how many buckets there may be, its row of the list, then that of the whole that it belongs to and the ID of that, or
 *   nothing, each behind the number of its values; then ID and value of each claim. Answers 1 or 0.
 */
const STEP = createRedisScript(`
local prefix, region, step = ARGV[1], ARGV[2], ARGV[3]
if not step then return "loaded" end
local job, stage = KEYS[1], KEYS[3]
${claimTable()}
${LIST_SEND}
local function look()
  local taken = { "taken" }
  for at = 6, #ARGV do
    local value = find(region, ARGV[at])
    if value then
      taken[#taken + 1] = at - 5
      taken[#taken + 1] = value
    end
  end
  if #taken > 1 then return taken end
  if ARGV[4] == "own" and redis.call("EXISTS", job) == 1 then return { "occupied" } end
  if stage and redis.call("HLEN", stage) ~= tonumber(ARGV[5]) then return { "incomplete" } end
  return { "free" }
end
if step == "look" then
  redis.call("HDEL", job, "${FENCE}")
  local looked, found = pcall(look)
  if not looked or found[1] ~= "free" then redis.call("HSET", job, "${FENCE}", "1") end
  if not looked then error(found, 0) end
  return found
end
if redis.call("HEXISTS", job, "${FENCE}") == 1 or redis.call("EXISTS", job) == 0 then return 0 end
local at = 7
local function values()
  local first, last = at + 1, at + ARGV[at]
  at = last + 1
  return { unpack(ARGV, first, last) }
end
local row, whole = values(), values()
for at = at, #ARGV, 2 do keep(region, ARGV[at], ARGV[at + 1], tonumber(ARGV[4]), tonumber(ARGV[6])) end
if stage then redis.call("PEXPIRE", stage, ARGV[5]) end
sweep(region)
list_send(prefix, row)
if #whole > 0 then list_whole(prefix, table.remove(whole), whole) end
return 1`);

/** How often a transaction is tried that Redis could not run because it had forgotten the scripts. */
const MOST_TRIES = 3;

/**
 * Adds a send and claims its keys in one transaction, unless one of them stands for something already.
 *
 * A claim that is written first and a job that is added afterwards would leave a gap: a second caller could not tell a
 * process that died in it from one that is slow, and would text everybody again who takes over too early. A job that is
 * added first would be one that nobody remembers. Here there is no gap: a crash of the producer, of Redis or of the
 * connection leaves both or neither. The stage lives on as long as its send with the same step, so that one whose send
 * never came is gone soon.
 *
 * BullMQ's own script adds the job. It cannot be told not to, so a fence is put in the job's place first, and taken away
 * where the send may be added.
 *
 * @param stillWanted - asked before each try; what is under way is not called back
 */
export async function addOnce(access: QueueAccess, addition: Addition, stillWanted: StillWanted): Promise<Added> {
  // Now, and not within the add: nobody can ask there whether it is still wanted.
  const queue = access.queueOf(addition.region);
  await queue.waitUntilReady();
  return inSpan(
    { name: `send ${queue.name}`, kind: "producer", attributes: sendAttributes(queue.name, addition) },
    async () => addInTries(access, addition, stillWanted),
  );
}

async function addInTries(access: QueueAccess, addition: Addition, stillWanted: StillWanted): Promise<Added> {
  for (let tries = 1; tries <= MOST_TRIES; tries += 1) {
    const added = await tryOnce(access, addition, stillWanted);
    if (added) return added;
    await loadScripts(access, addition);
  }
  throw unavailable("Redis forgets scripts as soon as they are loaded");
}

/** An ID that was not made by us may say whom the job is about: it stays out. */
function sendAttributes(queue: string, { id, listed }: Addition): Record<string, string | number> {
  return {
    "messaging.system": "bullmq",
    "messaging.operation.name": "send",
    "messaging.operation.type": "send",
    "messaging.destination.name": queue,
    "volley.recipients": listed.valid,
    ...(regionOfSendId(id) !== null && { "messaging.message.id": id }),
  };
}

/** @returns `null` when a script was missing; nothing has happened then */
async function tryOnce(access: QueueAccess, addition: Addition, stillWanted: StillWanted): Promise<Added | null> {
  const { region, id, data, delayMs, claims, listed, stage, state = { isHandedOver: false } } = addition;
  // Here, and not with the others: it says to which trace the job belongs.
  const options = jobOptions(id, delayMs, data.priority);
  const [, looked, added, claimed] = await runTogether(access.link, {
    append: async (transaction) => append(transaction, access, { ...addition, options }),
    size: stage ? 0 : listed.requested,
    stillWanted,
    state,
    isDone: (answers) => answers[3]?.[1] === 1,
  });
  if (!looked || !added || !claimed) throw unavailable("Redis has discarded the transaction");
  const error = looked[0] ?? added[0] ?? claimed[0];
  if (claimed[1] === 1 && !error) return { kind: "added" };
  if (isUnknownScript(error)) return null;
  if (looked[0] === null) {
    const found = readLooked(region, looked[1], [...claims.keys()]);
    if (found) return found;
  }
  throw error ?? unavailable("the send was not added");
}

/** Puts the {@link STEPS} of an addition into a transaction. */
async function append(
  transaction: IRedisTransaction,
  access: QueueAccess,
  addition: Addition & { readonly options: JobsOptions },
): Promise<void> {
  const { region, id, data, options } = addition;
  const queue = access.queueOf(region);
  const jobKey = queue.toKey(id);
  transaction.hset(jobKey, { [FENCE]: "1" });
  transaction.runCommand("evalsha", stepArguments(access, addition, lookArguments(addition)));
  await new Job(queue, JOB_NAME, data, options, id).addJob(transaction);
  transaction.runCommand("evalsha", stepArguments(access, addition, claimArguments(addition)));
  // Whatever became of the scripts, the fence does not stay.
  transaction.runCommand("hdel", [jobKey, FENCE]);
}

function stepArguments(
  { prefix, queueOf }: QueueAccess,
  { region, id, stage }: Addition,
  values: readonly (string | number)[],
): (string | number)[] {
  const keys = [queueOf(region).toKey(id), claimsKey(prefix, region), ...(stage ? [stage.key] : [])];
  return [STEP.digest, keys.length, ...keys, prefix, region, ...values];
}

function lookArguments({ id, claims, stage }: Addition): (string | number)[] {
  return ["look", claims.has(id) ? "own" : "", stage?.pieces ?? 0, ...claims.keys()];
}

function claimArguments(addition: Addition): (string | number)[] {
  const { claims, rememberForMs, rememberKeys, stage } = addition;
  const values = [...claims].flatMap(([id, claim]) => [id, writeClaim(claim)]);
  const rows = rowsOf(addition).flatMap((row) => [row.length, ...row]);
  return ["claim", rememberForMs, stage?.keepMs ?? 0, bucketsFor(rememberKeys), ...rows, ...values];
}

function readLooked(region: string, answer: unknown, ids: readonly string[]): Added | null {
  const [kind, ...found] = Array.isArray(answer) ? answer : [];
  if (kind === "occupied" || kind === "incomplete") return { kind };
  if (kind !== "taken") return null;
  const claims = new Map<string, Claim>();
  for (let at = 0; at + 1 < found.length; at += 2) {
    const id = ids[Number(found[at]) - 1];
    if (id !== undefined) claims.set(id, readClaim(region, String(found[at + 1])));
  }
  return { kind, claims };
}

/** The options of a send's job: an urgent one goes before everything that waits, and each stands in the list. */
function jobOptions(id: string, delayMs: number, priority: Send["priority"]): JobsOptions {
  const listed: object = { [LISTED_OPTION]: 1 };
  return {
    jobId: id,
    ...(delayMs > 0 && { delay: delayMs }),
    ...(priority === "urgent" && { lifo: true }),
    ...listed,
    ...jobTrace(),
  };
}

/**
 * Makes the scripts known to Redis again, which forgets them when it starts, and when somebody empties its cache. Inside of
 * a transaction ioredis cannot do that by itself. BullMQ's is loaded by adding nothing: a fence stands in its place.
 */
async function loadScripts({ link, prefix, queueOf }: QueueAccess, { region, delayMs, data }: Addition): Promise<void> {
  await STEP.run(link.connection, [claimsKey(prefix, region)], [prefix, region]);
  const queue = queueOf(region);
  const id = sendId(region);
  await link.connection.hset(queue.toKey(id), FENCE, "1");
  await queue.add(JOB_NAME, {}, jobOptions(id, delayMs, data.priority));
  await link.connection.del(queue.toKey(id));
}
