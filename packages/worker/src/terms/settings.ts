import { PROOF_S } from "@volley/opt-outs";

/** What may be set for all regions of a worker. */
export type Settings = {
  /** Jobs that one process works on at once, in each region. @default 50 */
  readonly workerConcurrency: number;
  /** How long before `send_at` a send is handed to the provider, in milliseconds. @default 60000 */
  readonly leadMs: number;
  /** How long a part whose outcome is unknown is looked for before it may be sent again, in milliseconds. @default 30000 */
  readonly unknownHoldMs: number;
  /** How often a suspended region is probed, in milliseconds. @default 60000 */
  readonly probeIntervalMs: number;
  /** How often a queue is looked at, to see whether the worker pulls: three Redis calls each time, in milliseconds. @default 5000 */
  readonly lookIntervalMs: number;
  /** Whether recipients stay in the data of settled jobs. @default false */
  readonly keepRecipients: boolean;
  /**
   * How long results are kept: seconds; bytes of Redis that they take in each region; jobs at most, of those that ended in the
   * same way. @default 7 days, 1 GB, any number
   */
  readonly keepResults: { readonly age: number; readonly bytes: number; readonly count: number };
  /** For how long an answer finds the send before it, in seconds; 0: never. @default 7 days */
  readonly linkAnswersS: number;
  /** How long it is kept from what somebody was left out who has opted out, after the last time, in seconds. @default four years */
  readonly proofS: number;
  /** How many events are kept: whichever is reached first. @default 100 MB, 72 hours */
  readonly keepEvents: { readonly bytes: number; readonly ageMs: number };
};

/** The blueprint's values. */
export const DEFAULT_SETTINGS: Settings = {
  workerConcurrency: 50,
  leadMs: 60_000,
  unknownHoldMs: 30_000,
  probeIntervalMs: 60_000,
  lookIntervalMs: 5_000,
  keepRecipients: false,
  keepResults: { age: 7 * 24 * 60 * 60, bytes: 1_000_000_000, count: 100_000_000 },
  linkAnswersS: 7 * 24 * 60 * 60,
  proofS: PROOF_S,
  keepEvents: { bytes: 100_000_000, ageMs: 72 * 60 * 60 * 1_000 },
};
