import { fingerprint, type Parameters } from "@volley/contract";
import { createListDigest } from "../recipients/list-digest.ts";
import { completenessOf, createOwnValuesReader } from "../recipients/own-values.ts";
import { createRecipientIntake, type Refused } from "../recipients/recipient-intake.ts";
import { giveAll } from "../recipients/recipient-source.ts";
import type { RedisBudget } from "../redis/redis-budget.ts";
import type { ListCounts } from "../terms/list-counts.ts";
import type { StagingOnce } from "./stage-each-once.ts";
import { betweenPieces, type ProgressReport } from "./staging-progress.ts";

/** A list of recipients, and the send that it belongs to. */
export type ListInput = {
  /** The send without its recipients. */
  readonly message: object;
  /** Its parameters, read. */
  readonly parameters: Parameters;
  readonly recipients: Iterable<unknown> | AsyncIterable<unknown>;
  /** The region of a recipient; `null` for one that has none, who is set aside. @default all have the same one */
  readonly routeOf?: (recipient: string) => string | null;
  readonly onProgress?: ProgressReport | undefined;
  readonly signal?: AbortSignal | undefined;
};

/** Who came. */
export type TakenList = {
  readonly counts: Pick<ListCounts, "requested" | "rejected">;
  /** The first of those who were set aside, as they were written. */
  readonly refused: readonly Refused[];
  /** Of the whole content. */
  readonly fingerprint: string;
};

/**
 * Reads every entry of a source, and waits until all of them are in Redis.
 *
 * @param once - takes the recipients; without it they are only compared with what is enqueued already
 * @throws whatever the source, the report or the signal throws, as it is
 */
export async function takeList(
  { budget, now }: { readonly budget: RedisBudget; readonly now: () => Date },
  { message, parameters, recipients, routeOf = () => "", onProgress, signal }: ListInput,
  once: StagingOnce | null,
): Promise<TakenList> {
  const digest = createListDigest();
  const readValues = createOwnValuesReader(message, now());
  const isComplete = completenessOf(message, parameters);
  const intake = createRecipientIntake(
    {
      digest,
      readValues,
      reasonAgainst: (recipient, own) => {
        if (routeOf(recipient) === null) return "no_route";
        return isComplete(recipient, own) ? null : "missing_parameter";
      },
    },
    (chunk) => once?.add(chunk),
  );
  const steps = betweenPieces({ intake, once, budget, onProgress, signal });
  await giveAll(recipients, { take: intake.take, catchUp: steps.catchUp }, signal);
  intake.end();
  await once?.end();
  await steps.end();
  return {
    counts: { requested: intake.requested(), rejected: intake.rejected() },
    refused: intake.refused(),
    fingerprint: fingerprint({ ...message, recipients: digest.end() }),
  };
}
