import { type AcceptedBatch, type PartFailure, readJobData, type SendResult, sendResultSchema } from "@volley/contract";
import { type Job, UnrecoverableError } from "bullmq";
import { z } from "zod";
import { withBatches, withEnd } from "./batch-end.ts";
import { changePart, remergeSend } from "./change-part.ts";
import { readPartResults } from "../settle/part-results.ts";
import { pagesOf } from "../terms/parts-page.ts";
import type { RegionContext } from "../region/region-context.ts";
import { changeResult } from "./change-result.ts";
import { stateOfResult } from "./state-of-result.ts";

/** What a decision came to: recipients about whom nobody knew and somebody knows now. */
export type Resolved = { readonly resolved: number; readonly decision: "sent" | "not_sent" };

/** The data of the job by which a producer passes on what a person has decided. */
const requestSchema = z.object({ send: z.string().min(1), decision: z.enum(["sent", "not_sent"]) });

/** How a person has decided: they were texted, or they were not. */
type Decision = z.infer<typeof requestSchema>["decision"];

/** The code of recipients who were not texted, as somebody has found out. */
const NOT_SENT = "resolved_not_sent";

/**
 * Writes down what a person has decided about the recipients of a send whom nobody knew anything about, in the results of
 * its parts and then in the send's own. Cut off, it goes on with the parts that are left.
 */
export async function resolveSend(context: RegionContext, job: Job): Promise<Resolved> {
  const request = requestSchema.safeParse(job.data);
  if (!request.success) {
    throw new UnrecoverableError("resolve: expected { send: <id>, decision: sent or not_sent }, got something else");
  }
  const { send: id, decision } = request.data;
  const send = await context.queue.getJob(id);
  const result = sendResultSchema.safeParse(send?.returnvalue);
  if (send === undefined || !result.success) throw new UnrecoverableError("the send has no result");
  const { unknown } = result.data.recipients;
  if (unknown === 0) return { resolved: 0, decision };

  const stored = readJobData(send.data);
  const parts = stored.kind === "settled" ? stored.data.parts : undefined;
  if (parts === undefined) {
    await changeResult(context, id, (fresh) => resolve(fresh, decision));
  } else {
    await resolveParts(context, id, parts, decision);
    await remergeSend(context, id, parts);
  }
  await send.log(`${unknown} recipients resolved: ${decision}`);
  context.log.info({ region: context.region, jobId: id, resolved: unknown, decision }, "unknown recipients resolved");
  return { resolved: unknown, decision };
}

async function resolveParts(context: RegionContext, id: string, parts: number, decision: Decision): Promise<void> {
  for (const page of pagesOf(parts)) {
    const { ended } = await readPartResults(context, id, page);
    for (const [part, { recipients }] of ended) {
      if (recipients.unknown > 0) await changePart(context, id, part, (fresh) => resolve(fresh, decision));
    }
  }
}

/**
 * The result of a part, or of a send that was not split, in which somebody was unknown. What is known of others stays as it
 * is, in its own words.
 */
function resolve(result: SendResult, decision: Decision): SendResult {
  if (result.recipients.unknown === 0) return result;
  const ended = decision === "sent" ? "accepted" : "rejected";
  const withKnownBatches = withBatches(
    result,
    result.batches.map((batch) => resolveBatch(batch, decision)),
  );
  const { recipients } = withKnownBatches;
  const changed = {
    ...withKnownBatches,
    recipients: { ...recipients, unknown: 0, [ended]: recipients[ended] + recipients.unknown },
    errors: result.errors.map((error) => (error.state === "unknown" ? resolveError(error, decision) : error)),
  };
  return { ...changed, state: stateOfResult(changed) };
}

function resolveError(error: PartFailure, decision: Decision): PartFailure {
  return decision === "sent" ? { ...error, state: "accepted" } : { ...error, state: "rejected", code: NOT_SENT };
}

/** Of a batch that was taken back at the provider, perhaps too late: whoever was not texted was stopped. */
function resolveBatch(batch: AcceptedBatch, decision: Decision): AcceptedBatch {
  const { recipients, unknown = 0, canceled = false } = batch;
  if (unknown === 0) return batch;
  const tooLate = canceled ? (batch.too_late ?? 0) : recipients - unknown;
  return withEnd(batch, { isCanceled: true, tooLate: decision === "sent" ? tooLate + unknown : tooLate, unknown: 0 });
}
