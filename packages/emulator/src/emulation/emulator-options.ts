import type { Keep } from "../batches/kept-request.ts";
import type { CallbackOrder } from "../callbacks/callback-sender.ts";
import type { AccessKey } from "../tokens/credentials.ts";

/** How an emulator is set up. */
export interface EmulatorOptions {
  /** @default 0, a free port */
  readonly port?: number | undefined;
  /** @default "127.0.0.1" */
  readonly host?: string | undefined;
  /**
   * Service plan ID to API token.
   * @default undefined: without `projects`, any plan with any token that is not empty
   */
  readonly plans?: Readonly<Record<string, string>> | undefined;
  /**
   * Project ID to access key, for `POST /oauth2/token`. The project ID then stands in place of the plan in every path.
   * @default undefined: without `plans`, any key gets a token
   */
  readonly projects?: Readonly<Record<string, AccessKey>> | undefined;
  /** How long a token is good for, in seconds. @default 3600 */
  readonly tokenSeconds?: number | undefined;
  /** How long every answer waits. The batch is accepted before. @default 0 */
  readonly latencyMs?: number | undefined;
  /** Milliseconds since 1970, for IDs, timestamps and windows. @default Date.now */
  readonly now?: (() => number) | undefined;
  /** 0 to below 1, for faults with a probability and for the seed. @default Math.random */
  readonly random?: (() => number) | undefined;
  /** A whole number: the same seed gives the same number the same fate. @default drawn from `random` */
  readonly seed?: number | undefined;
  /**
   * Whether `from` may be left out, as on plans with an automatic default originator: true for every number (the sender
   * is 12015550100), or the sender by the beginning of the number (`{ "46": "Volley" }`), where other numbers fail with
   * code 410.
   * @default false
   */
  readonly defaultOriginator?: boolean | Readonly<Record<string, string>> | undefined;
  /**
   * How many times faster than in reality messages are delivered (2 to 10 s) and callbacks are tried again (after 5,
   * 10, 20 … 81,920 s).
   * @default 100
   */
  readonly speed?: number | undefined;
  /** How long a batch stays in the plan's queue after its `send_at`, and can still be changed. @default 0 */
  readonly dispatchMs?: number | undefined;
  /** The share of numbers to which messages fail, 0 to 1. @default 0 */
  readonly failShare?: number | undefined;
  /** For reports of batches without a `callback_url`. @default undefined: such batches are refused */
  readonly reportUrl?: string | undefined;
  /** For inbound messages. @default undefined: they are listed, and called back nowhere */
  readonly inboundUrl?: string | undefined;
  /** What callbacks are signed with (HMAC-SHA256). @default undefined: they are not signed */
  readonly callbackSecret?: string | undefined;
  /** Which of the callbacks that are due goes next. @default "due", the one that was due first */
  readonly callbackOrder?: CallbackOrder | undefined;
  /** The share of numbers whose reports come twice, 0 to 1. @default 0 */
  readonly reportsTwice?: number | undefined;
  /** The share of numbers whose reports come before the answer to the request of their batch, 0 to 1. @default 0 */
  readonly reportsEarly?: number | undefined;
  /**
   * How much of every batch is kept. `counts` leaves `parameters` out and packs the numbers: 10,000,000 recipients then
   * take some 300 MB in all. @default "everything"
   */
  readonly keep?: Keep | undefined;
  /** Whether `to` may name groups that do not exist; they are empty. @default false: 403 unknown_group */
  readonly acceptAnyGroup?: boolean | undefined;
  /** Whether canceling a batch that was dispatched gets 403 conflict_send_at. @default false: 200 */
  readonly refuseLateCancel?: boolean | undefined;
}
