import {
  LIMITS,
  noRecipients,
  type PlannedSend,
  originalIndex,
  type RecipientCounts,
  type RefusedRecipient,
  type SendResult,
  type SendState,
} from "@volley/contract";
import { GRAVEST_FIRST } from "./result-of-ledger.ts";
import { partSize } from "./split-send.ts";

/** What the parts of a planned send came to. */
export type PartResults = {
  /** By index. */
  readonly ended: ReadonlyMap<number, SendResult>;
  /** Parts whose job failed, by index, with the reason. Nobody knows whether they were sent. */
  readonly failed: ReadonlyMap<number, string>;
};

/**
 * One result from those of all parts. Every recipient that was asked for is in exactly one count.
 *
 * @param planned - what was set aside when the send was planned
 */
export function mergeResults(region: string, planned: PlannedSend["planned"], parts: PartResults): SendResult {
  const results = Array.from({ length: planned.parts }, (_, part) => resultOfPart(region, planned, parts, part));
  const counts = results.reduce((sum, { recipients }) => add(sum, recipients), noRecipients(0));
  const setAside = planned.refused.map(({ recipient, index }) => ({
    recipient,
    index,
    reason: "invalid_msisdn",
    by: "volley" as const,
  }));
  return {
    state: stateOf(results.map(({ state }) => state)),
    region,
    recipients: {
      ...counts,
      requested: planned.requested,
      rejected: counts.rejected + planned.rejected,
      duplicate: counts.duplicate + planned.duplicate,
    },
    batches: results.flatMap(({ batches }) => batches),
    refused: [
      ...setAside,
      ...results.flatMap(({ refused }, part) => refused.map((one) => placed(one, part, planned))),
    ].slice(0, LIMITS.refusedInResult),
    errors: results.flatMap(({ errors }) => errors),
  };
}

/** A part knows a recipient's place in its own list; the caller wants to know it in the whole one. */
function placed(
  refused: RefusedRecipient,
  part: number,
  { skipped, duplicate, rejected }: PlannedSend["planned"],
): RefusedRecipient {
  const { index, ...rest } = refused;
  const isKnown = index !== undefined && skipped.length === duplicate + rejected;
  return isKnown ? { ...rest, index: originalIndex(part * LIMITS.recipientsPerBatch + index, skipped) } : rest;
}

/** `accepted` when all are, `partial` when some are, else the gravest. */
function stateOf(states: readonly SendState[]): SendState {
  if (states.every((state) => state === "accepted")) return "accepted";
  if (states.some((state) => state === "accepted" || state === "partial")) return "partial";
  return GRAVEST_FIRST.find((state) => states.includes(state)) ?? "unknown";
}

function resultOfPart(
  region: string,
  planned: PlannedSend["planned"],
  { ended, failed }: PartResults,
  part: number,
): SendResult {
  const result = ended.get(part);
  if (result) return result;
  const recipients = partSize(planned.requested - planned.duplicate - planned.rejected, part);
  return {
    state: "unknown",
    region,
    recipients: { ...noRecipients(recipients), unknown: recipients },
    batches: [],
    refused: [],
    errors: [{ part, code: "part_failed", text: failed.get(part) ?? "the part's job is gone", recipients }],
  };
}

function add(a: RecipientCounts, b: RecipientCounts): RecipientCounts {
  return {
    requested: a.requested + b.requested,
    accepted: a.accepted + b.accepted,
    rejected: a.rejected + b.rejected,
    duplicate: a.duplicate + b.duplicate,
    suppressed: a.suppressed + b.suppressed,
    expired: a.expired + b.expired,
    canceled: a.canceled + b.canceled,
    unknown: a.unknown + b.unknown,
  };
}
