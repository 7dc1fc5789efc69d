import { hash } from "node:crypto";
import {
  type AcceptedBatch,
  LIMITS,
  type PartFailure,
  pieceOf,
  readJobData,
  stagedOf,
  type SendResult,
  sendResultSchema,
} from "@volley/contract";
import type { Job } from "bullmq";
import { PARTS_PER_CALL, readPartResults } from "../unsent/part-results.ts";
import { ProducerError } from "../terms/producer-error.ts";
import type { QueueAccess, SendAddress } from "../redis/queue-access.ts";
import { requireJob } from "../redis/find-job.ts";

/** Where to go on, and how far. */
export type PageOption = {
  /** Of the page before; without one, from the beginning. */
  readonly cursor?: string;
  /** The most batches of a page, at most 1,000. @default 1000 */
  readonly limit?: number;
};

/** Some of the batches of a send, in the order of its parts. */
export type BatchesPage = {
  readonly batches: readonly AcceptedBatch[];
  /** Why parts among them were not accepted, or not as a whole. */
  readonly errors: readonly PartFailure[];
  /** For the next page, which may be empty; `null` when there is none. */
  readonly cursor: string | null;
};

/** Calls to Redis for one page: a send of which nothing has ended yet must not be searched from end to end. */
const MOST_CALLS = 20;

/** Whose cursor it is, a part, and how many of its batches stand on earlier pages. */
const CURSOR = /^(?<owner>[\w-]{8})\.(?<part>\d{1,9})(?:\.(?<skipped>\d{1,6}))?$/;

type Place = { readonly part: number; readonly skipped: number };

/**
 * Reads a page of the batches that the provider accepted for a send; while it is on its way, of the parts that have ended.
 *
 * @throws ProducerError `VOLLEY_UNKNOWN_SEND`, `VOLLEY_INVALID_CURSOR`
 */
export async function readBatches(
  access: QueueAccess,
  address: SendAddress,
  { cursor, limit = LIMITS.batchesInResult }: PageOption,
): Promise<BatchesPage> {
  let next = placeOf(cursor, address);
  const most = Math.min(LIMITS.batchesInResult, limit);
  const job = await requireJob(access, address);
  const parts = partsOf(job);
  const results = parts === null ? [resultOf(job)].slice(next.part) : resultsOf(access, address, next.part, parts);
  const batches: AcceptedBatch[] = [];
  const errors: PartFailure[] = [];
  for await (const result of results) {
    const own = result?.batches ?? [];
    if (next.skipped === 0) errors.push(...(result?.errors ?? []));
    const end = Math.min(own.length, next.skipped + most - batches.length);
    batches.push(...own.slice(next.skipped, end));
    next = end === own.length ? { part: next.part + 1, skipped: 0 } : { part: next.part, skipped: end };
    if (batches.length === most) break;
  }
  return { batches, errors, cursor: next.part < (parts ?? 1) ? written(ownerOf(address), next) : null };
}

/** The results of the parts from one on, in their order; `null` for one that has none yet. */
async function* resultsOf(
  access: QueueAccess,
  address: SendAddress,
  from: number,
  parts: number,
): AsyncGenerator<SendResult | null> {
  const end = Math.min(parts, from + MOST_CALLS * PARTS_PER_CALL);
  for (let first = from; first < end; first += PARTS_PER_CALL) {
    yield* await readPartResults(access, address, first, Math.min(PARTS_PER_CALL, parts - first));
  }
}

function placeOf(cursor: string | undefined, address: SendAddress): Place {
  if (cursor === undefined) return { part: 0, skipped: 0 };
  const found = CURSOR.exec(cursor)?.groups;
  if (found?.["owner"] !== ownerOf(address)) throw invalidCursor();
  return { part: Number(found["part"]), skipped: Number(found["skipped"] ?? 0) };
}

function written(owner: string, { part, skipped }: Place): string {
  return `${owner}.${part}${skipped === 0 ? "" : `.${skipped}`}`;
}

/** Tells the cursors of one send from those of another. */
export function ownerOf({ region, id }: SendAddress): string {
  return hash("sha256", `${region} ${id}`, "base64url").slice(0, 8);
}

/** What is said of a cursor that no page of this send has given. */
export function invalidCursor(): ProducerError {
  return new ProducerError(
    "VOLLEY_INVALID_CURSOR",
    "expected the cursor of a page of the same list, got something else",
  );
}

/** How many parts have the send's batches; `null` when its own result has all of them. */
function partsOf(job: Job): number | null {
  const stored = readJobData(job.data);
  if (stored.kind === "settled") return stored.data.parts ?? null;
  if (stored.kind === "planned") return stored.data.planned.parts;
  const staged = stagedOf(stored.data);
  if (staged) return pieceOf(staged) === null ? Math.ceil(staged.recipients / LIMITS.recipientsPerBatch) : null;
  // While it is planned, no more parts than this can have ended.
  const to: unknown = Reflect.get(Object(stored.data), "to");
  const most = Array.isArray(to) ? Math.ceil(to.length / LIMITS.recipientsPerBatch) : 0;
  return most > 1 ? most : null;
}

export function resultOf(job: Job): SendResult | null {
  const read = sendResultSchema.safeParse(job.returnvalue);
  return read.success ? read.data : null;
}
