import type { Cluster, Redis } from "ioredis";
import type { Ending, Writer } from "../write/writer.ts";
import type { PollFailure, PollKind, PollSource } from "./poll-source.ts";

/** What became of one reading; `failed` is a trouble of ours, mostly Redis'. */
export const POLL_OUTCOMES = [
  "ok",
  "throttled",
  "unauthorized",
  "unavailable",
  "unknown",
  "rejected",
  "stopped",
  "failed",
] as const satisfies readonly ReadingEnd["kind"][];

export type PollOutcome = ReadingEnd["kind"];

/** Hears of what a poller does. */
export type PollObserver = {
  readonly polled: (region: string, kind: PollKind, outcome: PollOutcome) => void;
  /** What became of what was read; `unreadable` is what nobody can be found in. */
  readonly read: (region: string, kind: PollKind, endings: readonly (Ending | "unreadable")[]) => void;
};

type Say = (fields: object, message: string) => void;

/** What a poller works with. */
export type PollerOptions = {
  readonly region: string;
  readonly prefix: string;
  readonly redis: Redis | Cluster;
  readonly source: PollSource;
  readonly writer: Writer;
  /** How often it is polled, in milliseconds; `null` for never. */
  readonly intervalMs: number | null;
  /** So far back inbounds are read again at the start and after a loss of Redis, in milliseconds; 0 for never. @default 0 */
  readonly againMs?: number;
  /** Other regions with the same account: what one of them knows is not told again. @default none */
  readonly alsoIn?: readonly string[];
  readonly observer: PollObserver;
  readonly log: { readonly info: Say; readonly warn: Say; readonly error: Say };
};

/** What a reading came to. */
export type ReadingEnd =
  | { readonly kind: "ok" }
  | PollFailure
  | { readonly kind: "stopped" }
  | { readonly kind: "failed"; readonly error: unknown };
