import {
  CONTENT_CHANGED,
  decidedOf,
  decisionFields,
  type KeptLedger,
  type Ledger,
  LEDGER_FIELD,
  LIMITS,
  listDigest,
  PART_REMOVED,
  type PartFailure,
  partId,
  pieceOf,
  readJobData,
  readLedger,
  readSend,
  type SendResult,
  sendResultSchema,
  type SettledSend,
  stagedOf,
  type Unsent,
} from "@volley/contract";
import type { Job } from "bullmq";
import { PARTS_PER_CALL, readPartResults } from "./part-results.ts";
import type { QueueAccess, SendAddress } from "../redis/queue-access.ts";
import { readStagedList } from "../staging/read-piece.ts";

/** A send that has ended, as its job has it. */
export type Settled = Omit<SettledSend, "settled"> & {
  readonly address: SendAddress;
  readonly result: SendResult;
  readonly timestamp: number;
};

/** Reads a send that has ended. @returns `null` for one that has not, or whose result cannot be read */
export function settledOf(address: SendAddress, { data, returnvalue, timestamp }: Job): Settled | null {
  const stored = readJobData(data);
  const result = sendResultSchema.safeParse(returnvalue);
  if (stored.kind !== "settled" || !result.success) return null;
  return { ...stored.data, address, result: result.data, timestamp };
}

/** Those of one part whom a send has not reached. */
export type UnsentList = Unsent & {
  /** Recipients who are no longer kept, and cannot be sent to. */
  readonly lost: number;
};

const NOBODY: UnsentList = { certain: [], unknown: [], lost: 0 };

/** Jobs that are read at once. */
const JOBS_AT_ONCE = 16;

/** The codes of recipients who were gone before they could be sent to: the part knows as little of them as anybody. */
const GONE: ReadonlySet<string> = new Set(["recipients_gone", CONTENT_CHANGED]);

/**
 * Whom a settled send has not reached, part by part, however many there are: from its own data, from that of its parts, or
 * from its stage where nothing of it was ever planned.
 */
export async function* unsentLists(access: QueueAccess, settled: Settled): AsyncGenerator<UnsentList> {
  const { address, result, message, timestamp, unsent, parts } = settled;
  const staged = stagedOf(message);
  if (unsent) yield { ...unsent, lost: 0 };
  else if (staged && pieceOf(staged) === null && parts === undefined) yield* listsOfStage(access, message, timestamp);
  else if (parts === undefined) yield* listsOfErrors(access, settled, result.errors);
  else {
    for (let first = 0; first < parts; first += PARTS_PER_CALL) {
      const results = await readPartResults(access, address, first, Math.min(PARTS_PER_CALL, parts - first));
      yield* listsOfErrors(
        access,
        settled,
        results.flatMap((each) => each?.errors ?? []),
      );
    }
  }
}

async function* listsOfErrors(
  access: QueueAccess,
  settled: Settled,
  errors: readonly PartFailure[],
): AsyncGenerator<UnsentList> {
  const { link, queueOf } = access;
  const { id, region } = settled.address;
  const parts = [...new Set(errors.map(({ part }) => part))];
  for (let first = 0; first < parts.length; first += JOBS_AT_ONCE) {
    const some = parts.slice(first, first + JOBS_AT_ONCE);
    const jobs = await link.run(async () =>
      Promise.all(some.map(async (part) => queueOf(region).getJob(partId(id, part)))),
    );
    for (const [index, job] of jobs.entries()) {
      const own = errors.filter(({ part, code }) => part === some[index] && !GONE.has(code));
      const removed = errors.find(({ part, code }) => part === some[index] && code === PART_REMOVED);
      if (removed) {
        yield await listOfRemoved(access, settled, removed);
        continue;
      }
      const missed = own.reduce((sum, { recipients }) => sum + recipients, 0);
      yield job ? await unsentOf(access, queueOf(region).toKey(String(job.id)), job) : { ...NOBODY, lost: missed };
    }
  }
}

/** Those of a part whose job is gone are in the stage of their send. Where it had none, nobody knows any more who they were. */
async function listOfRemoved(
  access: QueueAccess,
  { message, timestamp, kept }: Settled,
  { part, recipients: count }: PartFailure,
): Promise<UnsentList> {
  if (kept === undefined) return NOBODY;
  const { stage: id, parameters: common } = kept;
  const data = { ...message, ...(common && { parameters: common }), staged: { id, recipients: count, piece: part } };
  const { recipients, parameters, lost } = await readStagedList(access, data, timestamp);
  return { certain: recipients, unknown: [], lost, ...(parameters && { parameters }) };
}

/**
 * A part whose job failed still has its recipients, or its piece: nobody knows whether they were texted, but for those of
 * whom its ledger says it.
 */
async function unsentOf(access: QueueAccess, key: string, { data, timestamp }: Job): Promise<UnsentList> {
  const stored = readJobData(data);
  if (stored.kind === "settled") return { ...NOBODY, ...stored.data.unsent };
  const { recipients, parameters, lost, digest } = await recipientsOf(access, data, timestamp);
  const kept = await readLedgerOf(access, key);
  if (kept && digest !== null && digest !== kept.subject.content) {
    // Somebody has written other data since, and nobody knows any more who stood at the places of the ledger.
    const pending = placesPending(kept.ledger);
    return { ...unsentOfLedger({ ...kept.ledger, pending: [] }, []), lost: pending.length };
  }
  const known = kept ? unsentOfLedger(kept.ledger, recipients) : { certain: [], unknown: recipients };
  return { ...known, lost, ...(parameters && { parameters }) };
}

async function recipientsOf(
  access: QueueAccess,
  data: unknown,
  timestamp: number,
): Promise<{ recipients: string[]; parameters?: Unsent["parameters"]; lost: number; digest: string | null }> {
  // Who is in a stage never changes.
  if (stagedOf(data)) return { ...(await readStagedList(access, Object(data), timestamp)), digest: null };
  const read = readSend(data, new Date(timestamp));
  if (!read.ok) return { recipients: [], lost: 0, digest: null };
  return { recipients: [...read.send.recipients.accepted], lost: 0, digest: listDigest(read.send) };
}

async function readLedgerOf({ link }: QueueAccess, key: string): Promise<KeptLedger | null> {
  return link.run(async () => {
    const head = await link.connection.hget(key, LEDGER_FIELD);
    const fields = decisionFields(0, decidedOf(head));
    return readLedger(head, fields.length > 0 ? await link.connection.hmget(key, ...fields) : []);
  });
}

function unsentOfLedger(ledger: Ledger, people: readonly string[]): Omit<Unsent, "parameters"> {
  const { rejected, failures } = ledger;
  const failed = (isUnknown: boolean): string[] =>
    failures.filter(({ ending }) => (ending === "unknown") === isUnknown).flatMap(({ recipients }) => recipients);
  const left = placesPending(ledger).flatMap((place) => people[place] ?? []);
  return {
    certain: [...rejected.map(({ recipient }) => recipient), ...failed(false)],
    unknown: [...left, ...failed(true)],
  };
}

/** The places of those who were neither sent to nor left out, rejected or suppressed. */
function placesPending({ pending, rejected, suppressed }: Ledger): number[] {
  const gone = new Set([...rejected, ...suppressed.flat()].map(({ place }) => place));
  const within = pending.flatMap(([from, to]) => Array.from({ length: to - from }, (_, offset) => from + offset));
  return within.filter((place) => !gone.has(place));
}

async function* listsOfStage(access: QueueAccess, message: object, timestamp: number): AsyncGenerator<UnsentList> {
  const count = stagedOf(message)?.recipients ?? 0;
  for (let piece = 0; piece * LIMITS.recipientsPerBatch < count; piece += 1) {
    const { recipients, parameters, lost } = await readStagedList(access, message, timestamp, piece);
    yield { ...NOBODY, certain: recipients, lost, ...(parameters && { parameters }) };
  }
}
