import { fingerprint } from "@volley/contract";
import type { ListDigest } from "../recipients/list-digest.ts";
import type { RecipientIntake } from "../recipients/recipient-intake.ts";
import { giveAll } from "../recipients/recipient-source.ts";
import type { RedisBudget } from "../redis/redis-budget.ts";
import type { StagingOnce } from "./stage-each-once.ts";
import { betweenPieces, type ProgressReport } from "./staging-progress.ts";

/** A source, and what takes its entries. */
export type ReadToEnd = {
  /** The send without its recipients. */
  readonly message: object;
  readonly recipients: Iterable<unknown> | AsyncIterable<unknown>;
  readonly intake: RecipientIntake;
  /** The intake's own. */
  readonly digest: ListDigest;
  /** What the intake gives to; without it nothing is staged. */
  readonly once: StagingOnce | null;
  readonly budget: RedisBudget;
  readonly onProgress: ProgressReport | undefined;
  readonly signal: AbortSignal | undefined;
};

/**
 * Gives every entry of a source to an intake, and waits until all of them are in Redis.
 *
 * @returns the fingerprint of the whole content
 * @throws whatever the source, the intake, the report or the signal throws, as it is
 */
export async function readToEnd(input: ReadToEnd): Promise<string> {
  const { message, recipients, intake, digest, once, signal } = input;
  const steps = betweenPieces(input);
  await giveAll(recipients, { take: intake.take, catchUp: steps.catchUp }, signal);
  intake.end();
  await once?.end();
  await steps.end();
  return fingerprint({ ...message, recipients: digest.end() });
}
