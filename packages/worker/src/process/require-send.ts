import {
  CANCEL_JOB_NAME,
  InvalidSendError,
  isStaged,
  JOB_NAME,
  kindOf,
  pastSendAt,
  type Problem,
  readSend,
  readStagedSend,
  type ReadySend,
  type ReadyStagedSend,
  regionOfSendId,
  RESOLVE_JOB_NAME,
  shownName,
} from "@volley/contract";
import { UnrecoverableError } from "bullmq";
import { isLarge } from "../plan/split-send.ts";
import type { RegionContext } from "../region/region-context.ts";
import type { HeldJob } from "../terms/held-job.ts";
import { createPartReader } from "./read-part.ts";

/** A `send_at` of "now" is a little past when its job is added. */
const JUST_NOW_MS = 10_000;

/** Of these a wrong spelling is shown: any other name may be a person's. */
const JOB_NAMES = [JOB_NAME, CANCEL_JOB_NAME, RESOLVE_JOB_NAME];

const readPart = createPartReader();

/**
 * The send of a job that may be one.
 *
 * @throws UnrecoverableError with every mistake: no try will make such a job better
 */
export async function requireSend(context: RegionContext, held: HeldJob): Promise<ReadySend | ReadyStagedSend> {
  const { job, id, part } = held;
  const now = context.now();
  if (job.name !== JOB_NAME) return refuse(job, [wrongName(job.name)]);
  const readStaged = part === null ? readStagedSend : readPart;
  const read = isStaged(job.data) ? readStaged(job.data, now) : readSend(job.data, now);
  if (!read.ok) return refuse(job, read.problems);
  // Sends of our producer were judged where they were asked for, and are known by their IDs: one that is staged is added
  // long after that. Parts are what their send was.
  if (part === null && regionOfSendId(id) === null) await judgeSendAt(context, held, read.send);
  return "staged" in read.send && isLarge(read.send) ? refuseOwnValues(job, read.send) : read.send;
}

/**
 * Refuses a `send_at` that lay too far in the past when the job was added. That depends on nothing but the job, so that every
 * pick-up comes to the same, however long it has waited. A date that is mistyped by little is no mistake of the send, and
 * texts everybody at once: the job's log says so once.
 */
async function judgeSendAt(
  { log, region }: RegionContext,
  { job, id }: HeldJob,
  { sendAt }: ReadySend | ReadyStagedSend,
) {
  const past = pastSendAt(sendAt, new Date(job.timestamp));
  if (past !== null) await refuse(job, [past]);
  const isPast = sendAt !== null && job.timestamp - sendAt.getTime() > JUST_NOW_MS;
  if (!isPast || job.attemptsStarted > 1) return;
  await job.log(`its send_at ${sendAt.toISOString()} has passed: it goes out at once (VOLLEY_SEND_AT_PASSED)`);
  log.warn({ region, jobId: id, code: "VOLLEY_SEND_AT_PASSED" }, "a send_at has passed");
}

/** Values of single recipients would travel in every part of a large send: they belong into the pieces. */
async function refuseOwnValues(job: HeldJob["job"], send: ReadyStagedSend): Promise<ReadyStagedSend> {
  const problems = [...send.parameters]
    .filter(([, values]) => [...values.keys()].some((recipient) => recipient !== "default"))
    .map(([key]) => ({
      field: `parameters.${shownName(key)}`,
      message: "expected only `default`, got values of recipients",
    }));
  return problems.length > 0 ? refuse(job, problems) : send;
}

async function refuse(job: HeldJob["job"], problems: readonly Problem[]): Promise<never> {
  const { message } = new InvalidSendError([...problems]);
  await job.log(message);
  throw new UnrecoverableError(message);
}

function wrongName(name: unknown): Problem {
  const message = `expected a job named "${JOB_NAME}", got ${kindOf(name, { words: JOB_NAMES })}`;
  return { field: "job name", message };
}
