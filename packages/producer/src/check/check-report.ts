import type { TextSize, Problem, RateUnit, WrongRecipient } from "@volley/contract";
import type { DuplicatesFound } from "../duplicates/duplicates.ts";
import type { ListCounts } from "../terms/list-counts.ts";

/** What a send would come to; nothing was enqueued. Indexes count the entries of `to` as they came, from 0. */
export type CheckReport = {
  /** Whether `enqueue` would take it: there is no problem, and somebody is left to be texted. */
  readonly isSendable: boolean;
  /** What is wrong with the send: what `enqueue` would refuse it for. Entries behind a broken one are not looked at. */
  readonly problems: readonly Problem[];
  readonly recipients: CheckedRecipients;
  /** `null` when the message is too wrong to be counted. */
  readonly segments: CheckedSegments | null;
  /** Batches of at most 1,000 recipients. A region that has a pace cuts them into more requests, to keep it smooth. */
  readonly batches: number;
  /** `null` without a region, or when nobody knows how fast it is. */
  readonly duration: CheckedDuration | null;
  /** `null` without a price per segment. */
  readonly price: { readonly perSegment: number; readonly total: number } | null;
  /** `null` when none was asked for, or the send is not fit for one. */
  readonly dryRun: CheckedDryRun | null;
  /** Who got the same text a while ago; `null` when nobody did, or nobody wanted to know. */
  readonly duplicates: DuplicatesFound | null;
  readonly warnings: readonly CheckWarning[];
};

/** Who is in the list. `requested` is `valid` + `rejected` + `duplicate`. */
export type CheckedRecipients = Pick<ListCounts, "requested" | "valid" | "duplicate"> & {
  /** Neither a number nor a group ID, or without a value that the text needs. */
  readonly rejected: number;
  /** The first 1,000 of those. */
  readonly rejectedAt: readonly RejectedAt[];
  /** The first 1,000 entries whose recipient stood in the list before. */
  readonly duplicateAt: readonly number[];
  /**
   * How many of the valid ones are on the suppression list for this region and sender, as it is now: a worker leaves them out.
   * They are not counted in `segments`, `duration`, `price` and `dryRun`. `null` without a region, or when nobody knows.
   */
  readonly suppressed: number | null;
  /** The first 1,000 of those. */
  readonly suppressedAt: readonly number[];
  /** How many of the valid ones are groups. Each counts as one recipient: whom it stands for is known at the provider. */
  readonly groups: number;
};

/** An entry that would be rejected. */
export type RejectedAt = {
  readonly index: number;
  /**
   * `shortened_msisdn`: a spreadsheet has written a number as `4.67012E+10`, and its last digits are lost. `missing_cells`,
   * `too_many_cells` and the like are of lines of a list.
   */
  readonly reason: WrongRecipient | "missing_parameter";
};

/** What the texts of all valid recipients come to, each with its parameters filled in. */
export type CheckedSegments = {
  /** Segments of everybody who would be sent to. The provider's limits and prices are per segment. */
  readonly total: number;
  /** How many recipients get a text of so many segments. */
  readonly recipients: Readonly<Record<number, number>>;
  /** How many recipients get a text in which encoding. A binary or media message is one segment, and in neither. */
  readonly encodings: Readonly<Record<TextSize["encoding"], number>>;
  /** What makes texts Unicode; `null` when none is. */
  readonly unicode: UnicodeCause | null;
  /** The longest text, the first one of its length; `null` when there is none. */
  readonly longest: (TextSize & { readonly characters: number; readonly index: number }) | null;
  /** Recipients whose text has more segments than `max_number_of_message_parts`: the provider sends them nothing. */
  readonly overSegmentLimit: number;
  /** Recipients whose text has more than 2,000 characters once it is filled in. */
  readonly overCharacterLimit: number;
};

/** The first character that is not in GSM 03.38. */
export type UnicodeCause = {
  readonly character: string;
  /** As it is usually written: `U+2019`. */
  readonly codePoint: string;
  /** Where it comes from: the body itself, or the value of a placeholder. */
  readonly source: "body" | { readonly placeholder: string };
  /** Its position in UTF-16 code units: in the body as it was given, or in the filled-in text of the first recipient. */
  readonly position: number;
  /** The first recipient with a Unicode text. */
  readonly index: number;
  /** Recipients with a Unicode text, whichever character makes it one. */
  readonly recipients: number;
};

/** How long a region takes, at its limits. */
export type CheckedDuration = {
  /** For this send alone. */
  readonly seconds: number;
  readonly perSecond: number;
  readonly unit: RateUnit;
  /** When it would be done, behind what is queued in the region now. ISO-8601; `null` while the region stands still. */
  readonly endsAt: string | null;
};

/** The provider's own count beside ours, summed up over batches of 1,000. */
export type CheckedDryRun = {
  /** Batches that the provider has answered for. */
  readonly batches: number;
  /** Whether it says the same as we for each of them, and there is none without an answer. */
  readonly agrees: boolean;
  readonly ours: DryRunCounts;
  readonly theirs: DryRunCounts;
  readonly differing: number;
  /** The first 20 batches about which the two do not agree. */
  readonly differences: readonly {
    readonly batch: number;
    readonly ours: DryRunCounts;
    readonly theirs: DryRunCounts;
  }[];
  /** The batch at which it failed, counted from 0, and why; none after it is tried. */
  readonly failure: { readonly batch: number; readonly message: string } | null;
};

/** What one or more batches come to. */
export type DryRunCounts = { readonly recipients: number; readonly segments: number };

/** What does not stand in the way of a send, and should be known before it goes out. */
export type CheckWarning = {
  readonly code:
    | "VOLLEY_ENDS_AFTER_EXPIRY"
    | "VOLLEY_DURATION_UNKNOWN"
    | "VOLLEY_SUPPRESSED_UNKNOWN"
    | "VOLLEY_REGION_PAUSED"
    | "VOLLEY_NO_WORKER"
    | "VOLLEY_SEND_AT_PASSED"
    | "VOLLEY_TEXT_TOO_LONG"
    | "VOLLEY_TOO_MANY_SEGMENTS"
    | "VOLLEY_EMPTY_VALUE"
    | "VOLLEY_OTHER_PLACEHOLDER"
    | "VOLLEY_PLACEHOLDER_CASE"
    | "VOLLEY_GROUP_SIZE_UNKNOWN"
    | "VOLLEY_DUPLICATES_ESTIMATED";
  readonly message: string;
  /** How many recipients it is about, where that is known by their texts. */
  readonly recipients?: number;
  /** The first 1,000 of those; empty where it is in everybody's text. */
  readonly at?: readonly number[];
};
