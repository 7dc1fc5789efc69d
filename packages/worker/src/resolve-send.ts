import { partId, type SendResult, sendResultSchema, type SendState } from "@volley/contract";
import { type Job, UnrecoverableError } from "bullmq";
import { z } from "zod";
import type { RegionContext } from "./region-context.ts";
import { changeResult } from "./rewrite-result.ts";

/** What a decision came to: recipients about whom nobody knew and somebody knows now. */
export type Resolved = { readonly resolved: number; readonly decision: "sent" | "not_sent" };

/** The data of the job by which a producer passes on what a person has decided. */
const requestSchema = z.object({ send: z.string().min(1), decision: z.enum(["sent", "not_sent"]) });

/** How a person has decided: they were texted, or they were not. */
type Decision = z.infer<typeof requestSchema>["decision"];

/** The code of recipients who were not texted, as somebody has found out. */
const NOT_SENT = "resolved_not_sent";

/**
 * Writes down what a person has decided about the recipients of a send whom nobody knew anything about, in the send's
 * result and in those of its parts.
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

  const parts = new Set<number>();
  for (const part of new Set(result.data.errors.map((error) => error.part))) {
    if (await resolvePart(context, partId(id, part), decision)) parts.add(part);
  }
  await changeResult(context, id, (fresh) => resolve(fresh, decision, parts));
  await send.log(`${unknown} recipients resolved: ${decision}`);
  context.log.info({ region: context.region, jobId: id, resolved: unknown, decision }, "unknown recipients resolved");
  return { resolved: unknown, decision };
}

/** @returns whether its recipients were unknown: a part whose result is gone, or which failed without one, counts as that */
async function resolvePart(context: RegionContext, id: string, decision: Decision): Promise<boolean> {
  const job = await context.queue.getJob(id);
  const result = sendResultSchema.safeParse(job?.returnvalue);
  if (!job || !result.success) return true;
  const { errors, recipients } = result.data;
  if (recipients.unknown === 0) return errors.some(({ code }) => code === NOT_SENT);
  const parts = new Set(errors.map(({ part }) => part));
  await changeResult(context, id, (fresh) => resolve(fresh, decision, parts));
  return true;
}

/** @param parts - those that were unknown; the others keep the provider's own words */
function resolve(result: SendResult, decision: Decision, parts: ReadonlySet<number>): SendResult {
  const { unknown, accepted, rejected } = result.recipients;
  if (unknown === 0) return result;
  const recipients =
    decision === "sent"
      ? { ...result.recipients, unknown: 0, accepted: accepted + unknown }
      : { ...result.recipients, unknown: 0, rejected: rejected + unknown };
  const isNotSent = (part: number): boolean => decision === "not_sent" && parts.has(part);
  const errors = result.errors.map((error) => (isNotSent(error.part) ? { ...error, code: NOT_SENT } : error));
  return { ...result, recipients, state: stateAfter(recipients), errors };
}

function stateAfter({ accepted, rejected, canceled, expired }: SendResult["recipients"]): SendState {
  const others: readonly (readonly [SendState, number])[] = [
    ["rejected", rejected],
    ["canceled", canceled],
    ["expired", expired],
  ];
  const [other] = others.find(([, count]) => count > 0) ?? [];
  if (other === undefined) return "accepted";
  return accepted > 0 ? "partial" : other;
}
