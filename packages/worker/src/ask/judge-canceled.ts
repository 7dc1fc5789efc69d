import { normaliseRecipient, readTime } from "@volley/contract";
import type { Batch, BatchReport, Failure, SinchClient } from "@volley/sinch";

/** What the provider says about the recipients of a batch that is canceled there. */
export type Judgement =
  /** Nobody of it was texted, and nobody will be. */
  | { readonly kind: "in_time" }
  /** It had done with everybody before. */
  | { readonly kind: "too_late" }
  | ({ readonly kind: "mixed" } & Fates)
  /** Nobody knows as long as the provider does not say. */
  | { readonly kind: "unread"; readonly failure: Failure };

/** Who of a canceled batch was stopped and who was not. About whoever is in neither set nobody knows. */
type Fates = {
  /** Their messages were canceled before they left the provider. */
  readonly stopped: ReadonlySet<string>;
  /** Their messages were on their way, or had ended: the cancellation came too late for them. */
  readonly passed: ReadonlySet<string>;
  /** Whether the provider has said its last word about everybody. */
  readonly isFinal: boolean;
};

/** What is read of a batch. Whoever has nothing but its ID can ask, too. */
type Canceled = Pick<Batch, "id"> & Partial<Batch>;

/**
 * A batch counts as canceled in time by its times alone only where that much lies between: whether all of the provider's
 * machines tell the same time is not published. Nearer than that, its report decides.
 */
const MARGIN_MS = 1_000;

/** The code of a message that was canceled; older reports call its status Aborted. */
const CANCELED_CODE = 407;

/** Statuses of messages for which the cancellation came too late. Of others, queued ones for example, that is not known. */
const PASSED: ReadonlySet<string> = new Set(
  ["Dispatched", "Delivered", "Failed", "Expired", "Rejected", "Deleted", "Unknown", "Aborted"].map((status) =>
    status.toLowerCase(),
  ),
);

/**
 * Finds out whom a canceled batch has reached. The provider takes a cancellation at any time, and what is on its way still
 * goes out; so that a batch is canceled says nothing about who was texted. Its own times do, where it was canceled before
 * its `send_at`; otherwise its delivery report "will indicate which messages were canceled and which weren't", and is empty
 * for a batch that was canceled before its time (sinch-facts 7.2, 9.2). What an empty report says of a batch that was to go
 * at once is not published: nobody knows then.
 *
 * @param recipients - how many it is to; where it shows fewer, it was changed
 * @param wasChanged - whether it was changed before it was canceled: then its times tell of that, and nothing of when it was
 *   canceled. @default false
 */
export async function judgeCanceled(
  client: SinchClient,
  batch: Canceled,
  recipients: number,
  wasChanged = false,
): Promise<Judgement> {
  const left = Math.min(recipients, batch.to?.length ?? recipients);
  if (!wasChanged && left === recipients && isInTime(batch)) return { kind: "in_time" };
  const report = await client.deliveryReports.ofBatch(batch.id, { type: "full" });
  if (report.kind !== "ok") return { kind: "unread", failure: report };
  return judgeReport(report.value, left, isScheduled(batch));
}

/** Whether the provider was to wait before it sent the batch. What was to go at once may have gone, whatever is said of it. */
function isScheduled({ created_at, send_at }: Canceled): boolean {
  const [created, due] = [created_at, send_at].map(timeOf);
  return Boolean(created && due && created + MARGIN_MS < due);
}

/**
 * Whether the provider's own clock says that a batch was canceled before it was to be sent. Whether a cancellation moves
 * `modified_at` is not published: where it still is the time of creation, it says nothing.
 */
function isInTime({ created_at, modified_at, send_at }: Canceled): boolean {
  const [created, modified, due] = [created_at, modified_at, send_at].map(timeOf);
  return Boolean(created && modified && due && modified > created && modified + MARGIN_MS < due);
}

function timeOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : readTime(text)?.getTime();
}

function judgeReport(
  { total_message_count: total, statuses }: BatchReport,
  expected: number,
  wasScheduled: boolean,
): Judgement {
  const [stopped, passed] = [membersOf(statuses.filter(isStopped)), membersOf(statuses.filter(isPassed))];
  // A report that does not say how many messages there are, or has some of them only, may have left somebody out.
  const isWhole = total === 0 ? wasScheduled : total !== undefined && total >= expected;
  const isFinal = isWhole && stopped.count + passed.count >= (total ?? 0);
  if (isFinal && passed.count === 0) return { kind: "in_time" };
  if (isFinal && stopped.count === 0) return { kind: "too_late" };
  return { kind: "mixed", stopped: stopped.names, passed: passed.names, isFinal };
}

type Entry = BatchReport["statuses"][number];

function isStopped({ status = "", code }: Entry): boolean {
  return /^cancell?ed$/i.test(status) || isCanceledCode(status, code);
}

function isPassed(entry: Entry): boolean {
  return !isStopped(entry) && PASSED.has((entry.status ?? "").toLowerCase());
}

function isCanceledCode(status: string, code: number | undefined): boolean {
  return /^aborted$/i.test(status) && code === CANCELED_CODE;
}

function membersOf(entries: readonly Entry[]): { readonly count: number; readonly names: ReadonlySet<string> } {
  const names = entries.flatMap(({ recipients = [] }) => recipients);
  return {
    count: entries.reduce((sum, { count = 0 }) => sum + count, 0),
    names: new Set(names.map((name) => normaliseRecipient(name) ?? name)),
  };
}
