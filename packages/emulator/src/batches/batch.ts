/**
 * One accepted batch, kept small: ten million recipients are ten thousand of these.
 *
 * The request stays the text it came as (about 16 bytes per recipient) and is parsed again when somebody asks.
 */
export interface Batch {
  readonly id: string;
  readonly plan: string;
  readonly rawRequest: string;
  readonly from: string | undefined;
  readonly clientReference: string | undefined;
  /** Whether a text search of `rawRequest` finds every number. */
  readonly isVerbatim: boolean;
  readonly acceptedAtMs: number;
  /** From when on `GET /batches` lists it. Later than `acceptedAtMs` only through the fault `late_listing`. */
  readonly listedAtMs: number;
  readonly sendAtMs: number | undefined;
  readonly expireAtMs: number;
  modifiedAtMs: number;
  canceled: boolean;
  /** Whether it was canceled before `send_at`, so that nobody was texted. */
  isWithdrawn: boolean;
}
