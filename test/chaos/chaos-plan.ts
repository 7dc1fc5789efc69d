import type { Fault } from "@volley/emulator";

/** Every kind of strike, in the words of the printed table. */
export const STRIKE_KINDS = [
  "worker_kill",
  "worker_stop",
  "worker_term",
  "webhooks_kill",
  "redis_kill",
  "redis_forget",
  "redis_disconnect",
  "drop_after_accept",
  "drop_before_accept",
  "reset",
  "throttle",
  "server_error",
  "slow_answer",
  "malformed",
  "late_listing",
  "ask_trouble",
  "outage",
  "unauthorized",
  "limits",
  "pause",
] as const;

/** One of {@link STRIKE_KINDS}. */
export type StrikeKind = (typeof STRIKE_KINDS)[number];

/** What is done to whom. */
export type StrikeAction =
  | {
      readonly on: "worker";
      /** SIGKILL, SIGSTOP and SIGCONT, or SIGTERM. */
      readonly how: "kill" | "stop" | "term";
      readonly worker: number;
      /** How long it is down or stopped, in milliseconds. */
      readonly downMs: number;
    }
  /** SIGKILL of the process that takes callbacks; it is down for so long, in milliseconds. */
  | { readonly on: "webhooks"; readonly downMs: number }
  | {
      readonly on: "redis";
      readonly how: "kill";
      readonly downMs: number;
      /** How much of what it had written last is lost, as when the power fails, in milliseconds. */
      readonly forgetMs: number;
    }
  | { readonly on: "redis"; readonly how: "disconnect" }
  | {
      readonly on: "provider";
      readonly faults: readonly Fault[];
      /** When the faults are taken away again, in milliseconds; `null` when they end by themselves. */
      readonly lastsMs: number | null;
    }
  /** An operator sets limits while the region works; they stay. */
  | { readonly on: "region"; readonly how: "limits"; readonly region: string; readonly limits: StruckLimits }
  /** An operator pauses the region for a while, in milliseconds. */
  | { readonly on: "region"; readonly how: "pause"; readonly region: string; readonly lastsMs: number };

/** Limits that are set while a region works: recipients per second, `null` for no pace, and requests in flight. */
export type StruckLimits = { readonly rate: number | null; readonly concurrency: number };

/** A strike and its time. */
export type Strike = {
  /** Milliseconds since the start of the run. */
  readonly atMs: number;
  readonly kind: StrikeKind;
  readonly action: StrikeAction;
};

/**
 * How a service asks: with the producer and a list, with plain BullMQ, with the producer and a stream (which is always
 * staged), or with one message per recipient, which the producer lets travel together.
 */
export type AskVia = "producer" | "bullmq" | "stream" | "coalesce";

/** A send that a service asks for. */
export type PlannedAsk = {
  /** Milliseconds since the start of the run. */
  readonly atMs: number;
  /** Unique in the run: the idempotency key (of messages: its beginning), or the ID of the plain job. */
  readonly key: string;
  readonly region: string;
  readonly via: AskVia;
  readonly isUrgent: boolean;
  /** Valid and distinct. */
  readonly recipients: number;
  /** Index of the first recipient, so that no two sends have anybody in common. */
  readonly first: number;
  /** Recipients that are listed a second time, written in another way. */
  readonly duplicates: number;
  /** Recipients that are no numbers. */
  readonly invalid: number;
  /** Whether everybody has a name of their own in the text. */
  readonly hasParameters: boolean;
};

/** What people answer, as it is to be heard. */
export type Saying = "stop" | "maybe" | "start" | "no";

/** Somebody answers: the provider hears it, and calls back with it. */
export type PlannedAnswer = {
  /** Milliseconds since the start of the run. */
  readonly atMs: number;
  /** Where their send is asked for. */
  readonly region: string;
  /** Their index among all recipients. */
  readonly person: number;
  /** When their send is asked for, milliseconds since the start of the run. */
  readonly askedAtMs: number;
  readonly says: Saying;
  readonly text: string;
};

/** Everything that a run does, decided before it starts. */
export type ChaosPlan = {
  readonly seed: number;
  readonly asks: readonly PlannedAsk[];
  readonly strikes: readonly Strike[];
  readonly answers: readonly PlannedAnswer[];
};

/** What a plan is made from. */
export type ChaosPlanOptions = {
  readonly seed: number;
  /** For how long it is struck, in seconds. */
  readonly seconds: number;
  readonly recipients: number;
  readonly faults: number;
  /** Whether Redis is killed every few seconds beside all other strikes. */
  readonly redisKills: boolean;
  readonly regions: readonly string[];
  readonly workers: number;
  /** @default all */
  readonly kinds?: readonly StrikeKind[];
};
