import { InvalidSendError, isGroup, LIMITS, type Problem, wrongRecipient } from "@volley/contract";
import type { CheckedRecipients } from "./check-report.ts";
import type { ListDigest } from "../recipients/list-digest.ts";
import type { OwnValues, OwnValuesReader } from "../recipients/own-values.ts";
import type { Chunk } from "../recipients/chunks.ts";
import { createRecipientIntake, type IntakeInput } from "../recipients/recipient-intake.ts";
import { giveAll } from "../recipients/recipient-source.ts";
import type { SuppressedLook } from "./suppressed-look.ts";
import { NEW, PERHAPS_SEEN, type SeenRecipients } from "../recipients/seen-recipients.ts";

/** What becomes of each recipient, at its first mention. */
export type TakeInput = {
  readonly source: Iterable<unknown> | AsyncIterable<unknown>;
  readonly readValues: OwnValuesReader;
  readonly isComplete: (recipient: string, own: OwnValues | null) => boolean;
  readonly seen: SeenRecipients;
  /** `null` where nobody knows. */
  readonly lookForSuppressed: SuppressedLook | null;
  readonly onRecipient: (recipient: string, own: OwnValues | null, index: number, isSuppressed: boolean) => void;
  /** Waits until more may come. */
  readonly room: () => Promise<void>;
  readonly signal: AbortSignal | undefined;
};

/** Who came. */
export type Taken = {
  readonly recipients: CheckedRecipients;
  /** Why the source was not read to its end: an entry that is none. */
  readonly problems: readonly Problem[];
  /** Whether some of the duplicates may be none. */
  readonly isEstimated: boolean;
  /** The first of those who were rejected, as they were written. */
  readonly rejections: readonly { readonly recipient: string }[];
};

/** Duplicates that are named, and people on the suppression list. */
const MOST_NAMED = 1_000;

/** Nothing is enqueued: nobody asks whether two lists are the same. */
const NO_DIGEST: ListDigest = { add: () => {}, addRejected: () => {}, end: () => "" };

/** Takes every entry of a source as staging does, in bounded memory, and says who is in it. */
export async function takeRecipients(input: TakeInput): Promise<Taken> {
  const { source, readValues, isComplete, signal, room } = input;
  const sorter = createSorter(input);
  const reasonAgainst: IntakeInput["reasonAgainst"] = (...of) => (isComplete(...of) ? null : "missing_parameter");
  const intake = createRecipientIntake({ digest: NO_DIGEST, readValues, reasonAgainst }, sorter.sortOut);
  const problems: Problem[] = [];
  try {
    await giveAll(source, { take: intake.take, catchUp: room }, signal);
  } catch (error) {
    if (!(error instanceof InvalidSendError)) throw error;
    problems.push(...error.problems);
  }
  intake.end();
  await room();
  const { isEstimated, ...counts } = sorter.counts;
  const rejectedAt = intake.rejections().map(({ index, recipient, reason }) => {
    const why = reason === undefined ? (wrongRecipient(recipient) ?? "invalid_msisdn") : ("missing_parameter" as const);
    return { index, reason: why };
  });
  const rejected = intake.rejected();
  const requested = counts.valid + counts.duplicate + rejected;
  const { duplicateAt, suppressedAt } = sorter;
  const suppressed = input.lookForSuppressed && sorter.suppressed();
  return {
    recipients: { requested, ...counts, rejected, rejectedAt, duplicateAt, suppressed, suppressedAt },
    problems,
    isEstimated,
    rejections: intake.rejections(),
  };
}

type Sorter = {
  readonly sortOut: (chunk: Chunk) => void;
  readonly duplicateAt: readonly number[];
  readonly suppressedAt: readonly number[];
  readonly suppressed: () => number;
  readonly counts: { valid: number; duplicate: number; groups: number; isEstimated: boolean };
};

type SorterInput = Pick<TakeInput, "seen" | "onRecipient" | "lookForSuppressed">;

function createSorter({ seen, onRecipient, lookForSuppressed }: SorterInput): Sorter {
  const verdicts = new Uint8Array(LIMITS.recipientsPerBatch);
  const duplicateAt: number[] = [];
  const suppressedAt: number[] = [];
  let suppressed = 0;
  const counts = { valid: 0, duplicate: 0, groups: 0, isEstimated: false };
  const sortOut = (chunk: Chunk): void => {
    const { recipients, places, values } = chunk;
    seen.look(chunk, verdicts);
    const out = new Set(lookForSuppressed?.(recipients));
    for (const [position, recipient] of recipients.entries()) {
      const index = places[position] ?? 0;
      if (verdicts[position] === NEW) {
        counts.valid += 1;
        if (isGroup(recipient)) counts.groups += 1;
        const isSuppressed = out.has(position);
        if (isSuppressed) suppressed += 1;
        if (isSuppressed && suppressedAt.length < MOST_NAMED) suppressedAt.push(index);
        onRecipient(recipient, values?.[position] ?? null, index, isSuppressed);
        continue;
      }
      counts.duplicate += 1;
      if (verdicts[position] === PERHAPS_SEEN) counts.isEstimated = true;
      if (duplicateAt.length < MOST_NAMED) duplicateAt.push(index);
    }
  };
  return { sortOut, duplicateAt, suppressedAt, suppressed: () => suppressed, counts };
}
