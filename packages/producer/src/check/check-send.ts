import { setImmediate as nextTurn } from "node:timers/promises";
import { LIMITS } from "@volley/contract";
import type { Numbering } from "@volley/opt-outs";
import { estimateDuration } from "./check-duration.ts";
import { type CheckedMessage, checkMessage, type CountableMessage } from "./check-message.ts";
import type { CheckedSegments, CheckedRecipients, CheckReport, CheckWarning } from "./check-report.ts";
import { type Duplicates, type DuplicatesOption, readDuplicates } from "../duplicates/duplicates.ts";
import { createDryRunComparison, type DryRun } from "./compare-dry-run.ts";
import { createSeenRecipients } from "../recipients/seen-recipients.ts";
import type { FilterPool } from "../recipients/filter-pool.ts";
import { lookForTexted, NO_LOOK, type TextedLook } from "../duplicates/look-for-texted.ts";
import { createOwnValuesReader, type OwnValues } from "../recipients/own-values.ts";
import { createSegmentTally } from "./segment-tally.ts";
import { createPersonalText } from "./personal-text.ts";
import type { QueueAccess } from "../redis/queue-access.ts";
import { isSource, type SendToMany } from "../recipients/recipient-source.ts";
import { requireRegion } from "../terms/require-argument.ts";
import { people } from "../terms/people.ts";
import { nobodyLeft } from "../terms/read-message.ts";
import { lookForSuppressed, type SuppressedLook, type SuppressedRead } from "./suppressed-look.ts";
import { createTextWatch } from "./text-watch.ts";
import type { Leads } from "../terms/hand-over.ts";
import { warnOfPast } from "../region/send-warnings.ts";
import { type Taken, takeRecipients } from "./take-recipients.ts";

/** What is looked at beside the send itself. */
export type CheckOptions = {
  /** Whose limits the duration is estimated at; Redis is asked for them and for the suppression list, and for nothing else. */
  readonly region?: string | undefined;
  /** What one segment costs, in whatever currency. */
  readonly pricePerSegment?: number | undefined;
  /** Asks the provider, batch by batch: its own count stands beside ours then. */
  readonly dryRun?: DryRun | undefined;
  /** Looks in Redis who got the same text from another send, or was enqueued for it: see `EnqueueOptions.duplicates`. */
  readonly duplicates?: Pick<DuplicatesOption, "withinMs" | "except"> | undefined;
  readonly signal?: AbortSignal | undefined;
};

/** What checking depends on beside the send. */
export type CheckContext = QueueAccess & {
  readonly filters: FilterPool;
  readonly served: Leads;
  readonly now: () => Date;
  /** What stands for numbers in the suppression list. */
  readonly numbering: Numbering;
};

/** How the list is read. */
type CountOptions = Pick<CheckOptions, "dryRun" | "signal"> & {
  readonly look: TextedLook;
  readonly lookForSuppressed: SuppressedLook | null;
};

/** What reading the list has shown. */
type Counted = Pick<CheckReport, "segments" | "dryRun" | "duplicates" | "warnings"> & { readonly taken: Taken };

/**
 * Recipients who are told apart exactly, nothing being staged that could be read back: 64 MiB of numbers; a filter of at
 * most 32 MiB follows.
 */
const MOST_EXACT = 4_000_000;

/** A text is looked at by itself where the send around it is wrong: what is wrong with that is said once. */
const NEUTRAL_MESSAGE = { body: "-" };

/**
 * Says what a send would come to. Its source is read to the end, as `enqueue` would read it; nothing is put anywhere.
 *
 * @throws ProducerError `VOLLEY_INVALID_REGION`
 * @throws whatever the source or the signal throws, as it is
 */
export async function checkSend(
  context: CheckContext,
  send: SendToMany,
  options: CheckOptions = {},
): Promise<CheckReport> {
  const { region, pricePerSegment = null, signal } = options;
  if (region !== undefined) requireRegion(region);
  const duplicates = readDuplicates(options.duplicates);
  signal?.throwIfAborted();
  const now = context.now();
  const message = checkMessage(send, now);
  const look = duplicates && (await lookIn(context, message, duplicates, now));
  const suppressed = await suppressedIn(context, message, region);
  const { taken, segments, ...counted } = await countAll(context, Object(send), message, {
    ...options,
    look: look ?? NO_LOOK,
    lookForSuppressed: suppressed.look,
  });
  const problems = problemsOf(message, taken, now);
  const { recipients } = taken;
  const texted = recipients.valid - (recipients.suppressed ?? 0);
  const { duration, warnings } =
    region === undefined || texted === 0
      ? { duration: null, warnings: [] }
      : await estimateDuration(context, {
          ...message,
          region,
          now,
          recipients: texted,
          segments: segmentsSeen(segments),
        });
  return {
    ...counted,
    isSendable: problems.length === 0 && recipients.valid > 0,
    problems,
    recipients,
    segments,
    batches: Math.ceil(recipients.valid / LIMITS.recipientsPerBatch),
    duration,
    price: pricePerSegment === null || segments === null ? null : priceOf(segments.total, pricePerSegment),
    warnings: [
      ...warnOfPast(Object(send).send_at, now),
      ...suppressed.warnings,
      ...warnings,
      ...counted.warnings,
      ...segmentWarnings(segments),
      ...recipientWarnings(recipients, taken.isEstimated),
    ],
  };
}

/** Nobody is looked for with a message that is wrong. */
async function lookIn(
  access: QueueAccess,
  { given: message, countable, problems }: CheckedMessage,
  duplicates: Duplicates,
  now: Date,
): Promise<TextedLook> {
  if (countable === null || problems.length > 0) return NO_LOOK;
  return lookForTexted(access, { message, parameters: countable.parameters, duplicates, now });
}

/** Nor on the suppression list, which only a worker of some region reads. */
async function suppressedIn(
  context: CheckContext,
  { countable, problems }: CheckedMessage,
  region: string | undefined,
): Promise<SuppressedRead> {
  if (region === undefined || countable === null || problems.length > 0) return { look: null, warnings: [] };
  return lookForSuppressed(context, { region, sender: countable.message.from });
}

async function countAll(
  { filters, now }: CheckContext,
  { to }: SendToMany,
  { given, countable, problems, isComplete }: CheckedMessage,
  { dryRun: ask, signal, look, lookForSuppressed: suppressed }: CountOptions,
): Promise<Counted> {
  const isGood = problems.length === 0;
  const tally = countable && createSegmentTally(countable);
  const watch = createTextCheck(countable);
  const comparison = ask && countable && isGood ? createDryRunComparison(countable, ask) : null;
  const seen = createSeenRecipients(filters, { exact: MOST_EXACT, size: null });
  const taken = await takeRecipients({
    source: isSource(to) ? to : [],
    readValues: createOwnValuesReader(isGood ? given : (countable?.message ?? NEUTRAL_MESSAGE), now()),
    isComplete,
    seen,
    lookForSuppressed: suppressed,
    onRecipient: (recipient, own, index, isSuppressed) => {
      // `enqueue` looks who got the same text before anybody is left out.
      look.add(recipient, own);
      if (isSuppressed) return;
      const segments = tally?.add(recipient, own, index) ?? 0;
      comparison?.add(recipient, own, segments);
      watch.add(recipient, own, index);
    },
    room: async () => {
      // Nothing else would get a turn while a long list is counted, the signal neither.
      await nextTurn();
      signal?.throwIfAborted();
      await comparison?.catchUp();
      await look.catchUp();
    },
    signal,
  }).finally(seen.end);
  const duplicates = await look.end();
  const dryRun = (await comparison?.end()) ?? null;
  return { taken, segments: tally?.report() ?? null, dryRun, duplicates, warnings: watch.warnings() };
}

type TextCheck = {
  readonly add: (recipient: string, own: OwnValues | null, index: number) => void;
  readonly warnings: () => CheckWarning[];
};

/** A binary message has no text. */
function createTextCheck(countable: CountableMessage | null): TextCheck {
  if (countable === null || countable.message.type === "mt_binary") return { add: () => {}, warnings: () => [] };
  const { message, parameters } = countable;
  const text = typeof message.body === "string" ? message.body : (message.body.message ?? "");
  const { valueOf } = createPersonalText(text, parameters);
  const watch = createTextWatch(text);
  return {
    add: (recipient, own, index) => watch.add((key) => valueOf(key, recipient, own), index),
    warnings: watch.warnings,
  };
}

/** Everything that `enqueue` would refuse it for. What the list's entries say again is said once. */
function problemsOf(message: CheckedMessage, taken: Taken, now: Date): CheckReport["problems"] {
  const known = new Set(message.problems.map(({ field }) => field));
  const problems = [...message.problems, ...taken.problems.filter(({ field }) => !known.has(field))];
  if (problems.length > 0 || taken.recipients.valid > 0) return problems;
  return nobodyLeft(message.given, taken.rejections, now);
}

/** The pace counts whoever is tried, also a text that the provider will not send. */
function segmentsSeen(segments: CheckedSegments | null): number | null {
  if (segments === null) return null;
  return Object.entries(segments.recipients).reduce((sum, [each, recipients]) => sum + Number(each) * recipients, 0);
}

/** To a millionth: 3 times 0.1 is 0.3. */
function priceOf(segments: number, perSegment: number): NonNullable<CheckReport["price"]> {
  return { perSegment, total: Number((segments * perSegment).toFixed(6)) };
}

function segmentWarnings(segments: CheckedSegments | null): CheckWarning[] {
  const { overSegmentLimit = 0, overCharacterLimit = 0 } = segments ?? {};
  return [
    ...warn(overSegmentLimit, "VOLLEY_TOO_MANY_SEGMENTS", (whom) => {
      return `${whom} with a text of more segments than max_number_of_message_parts: the provider sends them nothing`;
    }),
    ...warn(overCharacterLimit, "VOLLEY_TEXT_TOO_LONG", (whom) => {
      const most = LIMITS.bodyCharacters.toLocaleString("en");
      return `${whom} with a text of more than ${most} characters: the provider may refuse it`;
    }),
  ];
}

function recipientWarnings({ groups, duplicate }: CheckedRecipients, isEstimated: boolean): CheckWarning[] {
  return [
    ...warn(groups, "VOLLEY_GROUP_SIZE_UNKNOWN", (recipients) => {
      return `${recipients} that stand for groups: each is counted once, whoever is in it`;
    }),
    ...warn(isEstimated ? duplicate : 0, "VOLLEY_DUPLICATES_ESTIMATED", () => {
      return "the list is so long that a few of its duplicates may be none";
    }),
  ];
}

function warn(count: number, code: CheckWarning["code"], sentence: (whom: string) => string): CheckWarning[] {
  if (count === 0) return [];
  return [{ code, message: sentence(people(count)) }];
}
