import {
  LIMITS,
  readTime,
  RESOLVE_JOB_NAME,
  resolveJobId,
  type Send,
  type SendResult,
  withoutNulls,
} from "@volley/contract";
import { askWorker } from "./ask-worker.ts";
import { enqueueSend } from "../enqueue/enqueue.ts";
import type { Enqueued, EnqueueOptions, EnqueueContext } from "../enqueue/enqueue-terms.ts";
import { people } from "../terms/people.ts";
import { hasCode, ProducerError } from "../terms/producer-error.ts";
import type { QueueAccess, SendAddress } from "../redis/queue-access.ts";
import { sameTextOf } from "../traces/same-text.ts";
import { recall } from "../traces/trace-index.ts";
import { readUnsent, sendAgain, type UnsentSend } from "../unsent/read-unsent.ts";

/** Somebody has decided the other way before. Nobody is left to decide about, but not because everybody was reached. */
export class ResolvedOtherwise extends ProducerError {}

/** What a linked send was for is done once: a second one with other changes would be another. */
function otherChanges(id: string, cause: unknown): ProducerError {
  const message = `${id}: it was sent to once more before, with other changes`;
  return new ProducerError("VOLLEY_IDEMPOTENCY_CONFLICT", message, { cause });
}

/** What a person has decided, and what the linked send has that the first one had not. */
export type Resolution = {
  readonly decision: "sent" | "not_sent";
  readonly changes: Partial<Send>;
  readonly waitMs: number;
};

/** Sends once more to those whom a settled send certainly did not reach. Its own key makes a second call do nothing. */
export async function retrySend(
  context: EnqueueContext,
  address: SendAddress,
  changes: Partial<Send>,
): Promise<Enqueued> {
  const { id, region } = address;
  const unsent = await readUnsent(context, address);
  requireSomebody(unsent.certain, `${id}: ${nobodyLeft(unsent.result)}`);
  const key = `retry of ${region} ${id}`;
  return enqueueAgain({ ...context, listedAs: "retry" }, { address, unsent, whom: "certain", changes, key });
}

/**
 * Writes down what a person has decided about the unknown recipients of a settled send, and sends to them where they
 * were not texted. Both steps may be repeated: the decision is one job, the linked send has one key.
 */
export async function resolveSend(
  context: EnqueueContext,
  address: SendAddress,
  { decision, changes, waitMs }: Resolution,
): Promise<Enqueued | null> {
  const { id, region } = address;
  const unsent = await readUnsent(context, address);
  const isUnknown = unsent.unknown + unsent.result.recipients.unknown;
  requireSomebody(isUnknown, `${id}: there is nobody about whom it is unknown`);
  const data = { send: id, decision };
  const question = { region, name: RESOLVE_JOB_NAME, jobId: resolveJobId(id), data, waitMs };
  const answer = await askWorker(context, question);
  requireDecision(id, answer, decision);
  if (decision === "sent") return null;
  requireSomebody(
    unsent.unknown,
    `${id}: that is written down, but there is nobody left to send to: ${notKept(isUnknown)}`,
  );
  const key = `resolved ${region} ${id}`;
  return enqueueAgain({ ...context, listedAs: "resolve" }, { address, unsent, whom: "unknown", changes, key });
}

/** Some of the recipients of a first send, and what their own one has that it had not. */
type Again = {
  readonly address: SendAddress;
  readonly unsent: UnsentSend;
  readonly whom: "certain" | "unknown";
  readonly changes: Partial<Send>;
  readonly key: string;
};

/**
 * Enqueues the linked send. The first one's `send_at` means at once when it has passed: as it is, a new send would be
 * refused for it, or have expired. A call that comes again may have kept it, when it had not passed yet.
 */
async function enqueueAgain(
  context: EnqueueContext,
  { address, unsent, whom, changes, key }: Again,
): Promise<Enqueued> {
  const { id, region } = address;
  const options = { region, idempotencyKey: key, ...(await rememberedWith(context, unsent.message)) };
  const { send_at: sendAt, ...message } = { send_at: undefined, ...unsent.message };
  const time = sendAt === undefined || changes.send_at !== undefined ? null : readTime(sendAt);
  const isPassed = time !== null && time <= new Date();
  const tries = isPassed ? [{ ...unsent, message }, unsent] : [unsent];
  let conflict: unknown;
  for (const one of tries) {
    try {
      return await enqueueSend(context, withoutNulls(await sendAgain(one, whom, changes)), options);
    } catch (error) {
      if (!hasCode(error, "VOLLEY_IDEMPOTENCY_CONFLICT")) throw error;
      conflict = error;
    }
  }
  throw otherChanges(id, conflict);
}

/** Where it is remembered who gets a text, those who get it from the linked send are, too. */
async function rememberedWith(access: QueueAccess, message: object): Promise<Pick<EnqueueOptions, "duplicates">> {
  const { traces, hasFew } = await recall(access, sameTextOf(message).id);
  return traces.length > 0 || hasFew ? { duplicates: { ifFound: "send" } } : {};
}

/** Recipients whose batches were stopped at the provider: who they are is known there alone. */
function stoppedIn({ batches }: Pick<SendResult, "batches">): number {
  return batches
    .filter(({ canceled }) => canceled)
    .reduce((sum, { recipients, too_late = 0, unknown = 0 }) => sum + recipients - too_late - unknown, 0);
}

/** Why nobody is sent to once more, in words that do not read as if everybody had been reached. */
export function nobodyLeft(result: Pick<SendResult, "batches" | "rejected">): string {
  const stopped = stoppedIn(result);
  const rejected = result.rejected.filter(({ by }) => by === "volley");
  if (stopped + rejected.length === 0) return "there is nobody whom it certainly did not reach";
  const reasons = [...new Set(rejected.map(({ reason }) => reason))].join(", ");
  // A result names no more.
  const count = `${rejected.length < LIMITS.rejectedInResult ? "" : "at least "}${people(rejected.length)}`;
  const again = `${count} would be rejected by Volley again (${reasons}), so correct them and send to them in a new send`;
  const said = [...(rejected.length > 0 ? [again] : []), ...(stopped > 0 ? [notKept(stopped)] : [])];
  return `there is nobody left to send to: ${said.join("; ")}`;
}

function notKept(stopped: number): string {
  return `${people(stopped)} whose batches were canceled at the provider are not kept, so send to them in a new send`;
}

/** Whoever decides second hears what was decided first: two decisions could text people twice. */
function requireDecision(id: string, answer: unknown, decision: Resolution["decision"]): void {
  const decided: unknown = typeof answer === "object" && answer !== null ? Reflect.get(answer, "decision") : decision;
  if (decided === decision) return;
  throw new ResolvedOtherwise("VOLLEY_NOBODY_LEFT", `${id}: it was resolved before, as ${String(decided)}`);
}

function requireSomebody(recipients: number, message: string): void {
  if (recipients === 0) throw new ProducerError("VOLLEY_NOBODY_LEFT", message);
}
