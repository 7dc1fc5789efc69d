import { type KeptLedger, type PlannedSend, readJobData } from "@volley/contract";
import { UnrecoverableError } from "bullmq";
import { PLAN } from "../redis/job-scripts.ts";
import { isFirstPickUp } from "../job/past-of-job.ts";
import { runHeld } from "../job/run-held.ts";
import { readKeptLedger } from "../ledger/keep-ledger.ts";
import type { Plan } from "./split-send.ts";
import { PAGES } from "./planned-pages.ts";
import { unbegunKey } from "../region/part-keys.ts";
import type { RegionContext } from "../region/region-context.ts";
import type { HeldJob } from "../terms/held-job.ts";

/**
 * The field of a send's job that says what its parts were made of, as a digest. It stays as long as the job: the IDs of its
 * parts are used up, whatever becomes of its data.
 */
const CONTENT = "volley:content";

/** The key of unbegun parts goes with the end of its send. One of a send that was removed meanwhile stays for so long. */
const UNBEGUN_MS = 30 * 24 * 60 * 60 * 1_000;

/** What the parts of a send were made of. */
export type PlanRecord = {
  /** The digest of what the send brought then. */
  readonly content: string;
  /** `null` once the send has ended. */
  readonly plan: PlannedSend | null;
};

/**
 * Keys: the job, its lock, which of its parts are not begun. Arguments: the token, the content, the plan, how many bytes have
 * a bit for each part, how long they live. Whatever is known of parts already stays.
 */
const BEGIN = `
local content = redis.call("HGET", KEYS[1], "${CONTENT}")
if content and content ~= ARGV[2] then return 0 end
if not content then redis.call("SET", KEYS[3], string.rep("\\255", ARGV[4]), "PX", ARGV[5], "NX") end
redis.call("HSET", KEYS[1], "${CONTENT}", ARGV[2], "${PLAN}", ARGV[3])
return 1`;

/** Keys: the job, its lock. Arguments: the token. */
const DROP = `
return redis.call("HDEL", KEYS[1], "${CONTENT}", "${PLAN}", "${PAGES}")`;

/**
 * Writes down what the parts of a send are made of, before the first of them is on the queue. Anybody may write other data
 * over the job while its parts are under way (`job.updateData`): they would be counted as parts of something else.
 *
 * @returns whether they are made of this; not where others were made before of something else
 * @throws when another worker has the job
 */
export async function beginPlan(context: RegionContext, held: HeldJob, plan: Plan): Promise<boolean> {
  const { content, message, planned } = plan;
  const values = [content, JSON.stringify({ message, planned }), Math.ceil(planned.parts / 8), UNBEGUN_MS];
  return (await runHeld(context, held, BEGIN, { keys: [unbegunKey(context, held.id)], values })) === 1;
}

/**
 * Ends a send that was split, and has ended, and came back with something else to send.
 *
 * @throws always
 */
export function refuseOtherContent(): never {
  throw new UnrecoverableError(
    "its data was changed after it had been split into parts; nothing is sent: add what is new under another job ID",
  );
}

/**
 * Forgets a plan of which nothing is on the queue.
 *
 * @throws when another worker has the job
 */
export async function dropPlan(context: RegionContext, held: HeldJob): Promise<void> {
  await runHeld(context, held, DROP, { values: [] });
}

/** Reads what the parts of a send were made of. @returns `null` where it has none, and for a part */
async function readPlanRecord({ redis }: RegionContext, { part, key }: HeldJob): Promise<PlanRecord | null> {
  if (part !== null) return null;
  const [content, plan] = await redis.hmget(key, CONTENT, PLAN);
  if (typeof content !== "string") return null;
  const read = typeof plan === "string" ? readJobData(JSON.parse(plan)) : null;
  return { content, plan: read?.kind === "planned" ? read.data : null };
}

/** What was done of a job before this pick-up. */
export type Begun = {
  /** What it was split into. */
  readonly record: PlanRecord | null;
  /** How far it is with its lots. */
  readonly kept: KeptLedger | null;
  /** How many people its batches are to. */
  readonly taken: number;
};

const NOTHING: Begun = { record: null, kept: null, taken: 0 };

/**
 * Reads what was done of a job before. A first pick-up costs nothing: there was none before, unless something says that
 * the count was set back.
 */
export async function readBegun(context: RegionContext, held: HeldJob): Promise<Begun> {
  if (isFirstPickUp(held.job)) return NOTHING;
  const [record, kept] = await Promise.all([readPlanRecord(context, held), readKeptLedger(context, held.id)]);
  return { record, kept, taken: kept?.ledger.taken ?? 0 };
}
