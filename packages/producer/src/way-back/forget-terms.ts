import type { Person } from "@volley/contract";
import type { QueueAccess } from "../redis/queue-access.ts";

/** What a person is found in. */
export const FORGOTTEN_KINDS = [
  /** Sends and their parts that have not ended. */
  "queues",
  /** Staged lists, by thousand. */
  "stages",
  /** Sends and parts that have ended, and what BullMQ says of them. */
  "results",
  /** What became of messages. */
  "reports",
  /** Whom an answer answers. */
  "reached",
  /** Who got the same text. */
  "traces",
  /** Messages from phones. */
  "inbox",
  "events",
  /** Events as jobs. */
  "event_jobs",
  /** Entries of the suppression list: they stay there under a hash. */
  "list",
  /** What somebody has said who is held. */
  "held",
  /** What was heard of them, withheld from them, too late for them, and replied to them. */
  "proofs",
  /** Batches that wait at the provider, out of which they were taken. */
  "waiting",
] as const;

export type ForgottenKind = (typeof FORGOTTEN_KINDS)[number];

/** Why something of a person could not be removed now. */
export const LEFT_REASONS = [
  /** A worker has the job; or a stream could not be written anew, because another `forget` has it or Redis lost the copy. */
  "active",
  /** The provider may have it: it is asked for these people first. */
  "in_doubt",
  /** The provider is to send it later: should they opt out by then, they are taken out of it by their number. */
  "waiting",
  /** Their number is the ID of something that has not ended. */
  "named",
] as const;

export type LeftReason = (typeof LEFT_REASONS)[number];

/** One search for one person. */
export type Search = {
  readonly access: QueueAccess;
  readonly person: Person;
  /** Whether everything stays as it is. */
  readonly isDry: boolean;
  readonly found: (kind: ForgottenKind, count?: number) => void;
  readonly left: (reason: LeftReason) => void;
};
