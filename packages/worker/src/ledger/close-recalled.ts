import type { Ledger } from "@volley/contract";

/**
 * How a lot ended whose batch was canceled at the provider while it was being sent. About whoever is in neither set
 * nobody knows.
 */
export type Recalled = {
  readonly kind: "recalled";
  readonly batchId: string;
  readonly acceptedAt: string;
  /** Certainly not texted. */
  readonly stopped: ReadonlySet<string>;
  /** For whom the cancellation came too late. */
  readonly passed: ReadonlySet<string>;
  /** Whom it is to, where the provider says so. */
  readonly to?: readonly string[];
};

/** Why a batch that was found does not count as accepted. */
export const CANCELED_AT_PROVIDER = {
  kind: "canceled",
  code: "canceled_at_provider",
  text: "somebody has canceled the batch at the provider",
} as const;

/** Why nobody knows about recipients of a batch that somebody has canceled. */
const CANCELED_LATE = {
  kind: "unknown",
  code: CANCELED_AT_PROVIDER.code,
  text: "somebody has canceled the batch at the provider, and nobody knows whether they were texted before",
} as const;

/** What is left of a ledger, and what became of the recipients of a batch that was canceled while it was being sent. */
export function closeRecalled<Own extends Ledger>(ledger: Own, recipients: readonly string[], recalled: Recalled): Own {
  const { batchId: id, acceptedAt: accepted_at, stopped, passed } = recalled;
  const inBatch = recipients.filter((recipient) => passed.has(recipient));
  const others = recipients.filter((recipient) => !passed.has(recipient));
  const reached = { id, accepted_at, adopted: true, recipients: inBatch.length };
  return {
    ...ledger,
    batches: inBatch.length > 0 ? [...ledger.batches, reached] : ledger.batches,
    failures: [
      ...ledger.failures,
      ...failed(
        CANCELED_AT_PROVIDER,
        others.filter((recipient) => stopped.has(recipient)),
      ),
      ...failed(
        CANCELED_LATE,
        others.filter((recipient) => !stopped.has(recipient)),
      ),
    ],
  };
}

type Why = { readonly kind: "canceled" | "unknown"; readonly code: string; readonly text: string };

function failed({ kind: ending, code, text }: Why, recipients: string[]): Ledger["failures"] {
  return recipients.length > 0 ? [{ ending, code, text, recipients }] : [];
}
