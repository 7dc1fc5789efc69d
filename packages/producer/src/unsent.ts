import {
  type Ledger,
  partId,
  readJobData,
  readSend,
  type Send,
  type SendResult,
  sendResultSchema,
  type Unsent,
} from "@volley/contract";
import type { Job } from "bullmq";
import { ProducerError } from "./producer-error.ts";
import { type QueueAccess, requireJob, type SendAddress } from "./queue-access.ts";

/** Whom a settled send has not reached, and with what. */
export type UnsentSend = {
  readonly message: Omit<Send, "to" | "parameters">;
  readonly result: SendResult;
  readonly certain: readonly string[];
  readonly unknown: readonly string[];
  readonly parameters: NonNullable<Unsent["parameters"]>;
};

/**
 * Collects whom a settled send has not reached, from its own data or from that of its parts.
 *
 * @throws ProducerError `VOLLEY_UNKNOWN_SEND`, also when a part of those is no longer kept: somebody would be left out
 *   without a word; `VOLLEY_SEND_NOT_SETTLED`
 */
export async function readUnsent(access: QueueAccess, address: SendAddress): Promise<UnsentSend> {
  const job = await requireJob(access, address);
  const stored = readJobData(job.data);
  const result = sendResultSchema.safeParse(job.returnvalue);
  if (stored.kind !== "settled" || !result.success) {
    throw new ProducerError("VOLLEY_SEND_NOT_SETTLED", `${address.id}: it has not ended yet`);
  }
  const lists = stored.data.unsent ? [stored.data.unsent] : await unsentOfParts(access, address, result.data);
  return {
    message: stored.data.message as UnsentSend["message"],
    result: result.data,
    certain: lists.flatMap(({ certain }) => certain),
    unknown: lists.flatMap(({ unknown }) => unknown),
    parameters: mergeParameters(lists),
  };
}

/** The send that goes to some of those recipients once more. */
export function sendAgain({ message, parameters }: UnsentSend, to: readonly string[], changes: Partial<Send>): Send {
  const hasParameters = Object.keys(parameters).length > 0;
  return { ...message, to: [...to], ...(hasParameters && { parameters }), ...changes } as Send;
}

/** Only parts that were not accepted have an error in the result. */
async function unsentOfParts(
  { link, queueOf }: QueueAccess,
  { id, region }: SendAddress,
  { errors }: SendResult,
): Promise<Unsent[]> {
  const parts = [...new Set(errors.map(({ part }) => part))];
  const jobs = await link.run(async () =>
    Promise.all(parts.map(async (part) => queueOf(region).getJob(partId(id, part)))),
  );
  const gone = new Set(parts.filter((_, index) => jobs[index] === undefined));
  const lost = errors.reduce((sum, { part, recipients }) => sum + (gone.has(part) ? recipients : 0), 0);
  if (lost > 0) {
    const whom = `${lost.toLocaleString("en")} of the recipients whom it has not reached`;
    throw new ProducerError("VOLLEY_UNKNOWN_SEND", `${id}: ${whom} are no longer kept`);
  }
  return jobs.flatMap((job) => (job ? [unsentOf(job)] : []));
}

/** A part whose job failed still has its recipients: nobody knows whether they were texted. */
function unsentOf({ data, timestamp }: Job): Unsent {
  const stored = readJobData(data);
  if (stored.kind === "settled") return stored.data.unsent ?? { certain: [], unknown: [] };
  if (stored.kind === "pieced") return unsentOfLedger(stored.data.pieces);
  const read = readSend(data, new Date(timestamp));
  return { certain: [], unknown: read.ok ? [...read.send.recipients.accepted] : [] };
}

/** Of a part that was sent in pieces, those of its recipients are known who are in a piece that has ended. */
function unsentOfLedger({ pending, refused, failures }: Ledger): Unsent {
  const failed = (isUnknown: boolean): string[] =>
    failures.filter(({ ending }) => (ending === "unknown") === isUnknown).flatMap(({ recipients }) => recipients);
  return {
    certain: [...refused.map(({ recipient }) => recipient), ...failed(false)],
    unknown: [...pending.flatMap(({ recipients }) => recipients), ...failed(true)],
  };
}

function mergeParameters(lists: readonly Unsent[]): UnsentSend["parameters"] {
  const merged: UnsentSend["parameters"] = {};
  for (const { parameters = {} } of lists) {
    for (const [key, values] of Object.entries(parameters)) merged[key] = { ...merged[key], ...values };
  }
  return merged;
}
