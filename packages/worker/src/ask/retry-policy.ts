import type { RegionContext } from "../region/region-context.ts";
import type { Failure, Outcome } from "@volley/sinch";
import { mayBeAccepted } from "@volley/sinch";
import { isUnreachable } from "../terms/trouble.ts";

/** What is done after a request. */
export type Decision =
  | { readonly kind: "settle" }
  /** The region waits; the job goes back and has lost nothing. */
  | { readonly kind: "back_off"; readonly delayMs: number; readonly isDoubtful: boolean }
  /** The region's set-up is refused, or leads nowhere: it is suspended and probed. */
  | { readonly kind: "suspend"; readonly delayMs: number }
  /** Nothing was sent, and nothing is wrong but with this process: the job goes back for whoever is first. */
  | { readonly kind: "again"; readonly at: Date }
  /** The provider is asked before anything else is done. */
  | { readonly kind: "ask"; readonly at: Date };

/** What a decision depends on beside the outcome. */
export type PolicyInput = {
  /** How often in a row the region has been in trouble, 0 for the first time. */
  readonly troubles: number;
  readonly unknownHoldMs: number;
  /** How often a suspended region is probed. */
  readonly probeIntervalMs: number;
  readonly now: Date;
  /** From 0 to 1. */
  readonly random: number;
};

/** What a decision depends on, as it is now. */
export function policyInput({ guard, now, random, unknownHoldMs, probeIntervalMs }: RegionContext): PolicyInput {
  return { troubles: guard.troubles(), unknownHoldMs, probeIntervalMs, now: now(), random: random() };
}

/** The first back-off is drawn from this many milliseconds; it doubles with every further trouble. */
export const FIRST_BACK_OFF_MS = 1_000;

/** No back-off is longer, whatever `Retry-After` says: an hour's silence would outlive many a message. */
export const LONGEST_BACK_OFF_MS = 60_000;

/**
 * A region whose set-up leads nowhere is probed this often, or more often: a question that is never written costs nobody
 * anything, and a deployment that has been mended works within five seconds.
 */
const UNREACHABLE_PROBE_MS = 3_000;

/** The longest wait between two looks at a list that does not tell. */
const LONGEST_UNCLEAR_MS = 10 * 60_000;

/** The client's code for a request that this process was too slow to write, frozen or without a processor. */
const TOO_LATE = "too_late";

/** Whoever was too slow now may be so again in a moment: others have so much time to pick the job up. */
const TOO_LATE_REST_MS = 250;

/** When an unknown outcome is looked for, in shares of the hold: 2, 10 and 30 s of the default 30 s. */
const LOOKS: readonly number[] = [1 / 15, 1 / 3, 1];

/** Two looks are at least as far apart as the first is from the request, but no farther than this has to be. */
const LONGEST_APART_MS = 60_000;

/**
 * What to do after a request. Only an answer about the message itself settles it; trouble of the region costs the
 * message nothing, and an outcome that nobody knows is asked for.
 */
export function decide(outcome: Outcome, input: PolicyInput): Decision {
  switch (outcome.kind) {
    case "accepted":
    case "rejected":
      return { kind: "settle" };
    case "unauthorized":
      return { kind: "suspend", delayMs: input.probeIntervalMs };
    case "throttled":
    case "unavailable":
      if (outcome.code === TOO_LATE) return { kind: "again", at: new Date(input.now.getTime() + TOO_LATE_REST_MS) };
      if (isUnreachable(outcome))
        return { kind: "suspend", delayMs: Math.min(UNREACHABLE_PROBE_MS, input.probeIntervalMs) };
      return {
        kind: "back_off",
        delayMs: backOffMs(outcome.retryAfterMs, input),
        isDoubtful: mayBeAccepted(outcome),
      };
    case "unknown":
      return { kind: "ask", at: nextLook({ ...input, since: input.now, looks: 0 }) };
  }
}

/** What to do when the provider could not be asked. The doubt stays as it is: a question texts nobody. */
export function decideUnasked(failure: Failure, input: PolicyInput): Exclude<Decision, { kind: "settle" }> {
  const decision = decide(failure, input);
  if (decision.kind === "suspend") return decision;
  const delayMs = decision.kind === "back_off" ? decision.delayMs : backOffMs(null, input);
  return { kind: "back_off", delayMs, isDoubtful: false };
}

/**
 * When an absent batch is looked for again.
 *
 * @param input.since - since when the outcome is unknown
 * @param input.looks - how many looks found nothing so far
 */
export function nextLook(input: {
  readonly since: Date;
  readonly looks: number;
  readonly unknownHoldMs: number;
  readonly now: Date;
}): Date {
  const shareMs = (looks: number): number => (LOOKS[Math.min(looks, LOOKS.length - 1)] ?? 1) * input.unknownHoldMs;
  const apartMs = Math.max(1, Math.min(LONGEST_APART_MS, shareMs(0)));
  return new Date(Math.max(input.now.getTime() + apartMs, input.since.getTime() + shareMs(input.looks)));
}

/**
 * When the list is asked again after an answer that does not tell whether it has the batch: as after an absence while the
 * hold lasts, then after as long again as the outcome has been unknown, at most {@link LONGEST_UNCLEAR_MS}. Nothing else
 * waits for it.
 */
export function nextClearLook(input: Parameters<typeof nextLook>[0]): Date {
  const { since, unknownHoldMs, now } = input;
  const elapsedMs = now.getTime() - since.getTime();
  if (elapsedMs < unknownHoldMs) return nextLook(input);
  return new Date(now.getTime() + Math.min(LONGEST_UNCLEAR_MS, Math.max(FIRST_BACK_OFF_MS, elapsedMs)));
}

/** Exponential with full jitter, never less than what the provider asked for, never more than the cap. */
function backOffMs(retryAfterMs: number | null, { troubles, random }: PolicyInput): number {
  const ceiling = Math.min(LONGEST_BACK_OFF_MS, FIRST_BACK_OFF_MS * 2 ** Math.min(troubles, 16));
  const jittered = Math.ceil(random * ceiling);
  return Math.min(LONGEST_BACK_OFF_MS, Math.max(1, retryAfterMs ?? 0, jittered));
}
