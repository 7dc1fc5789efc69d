import { leaveToRegion, leaveUntil, type Leaving } from "./leave-job.ts";
import type { RegionContext } from "./region-context.ts";
import type { Decision } from "./retry-policy.ts";
import type { HeldJob } from "./store-data.ts";

/** What the last request came to, and since when an earlier one is in doubt. */
export type Returning = {
  readonly tries: number;
  readonly outcome: string;
  readonly code: string;
  readonly doubt?: { readonly since: Date; readonly looks: number };
};

/**
 * Puts a job that is not settled back on its queue, as decided, and slows its region down where the trouble is the
 * region's.
 *
 * @throws always: that is how a BullMQ processor ends without ending its job
 */
export async function returnJob(
  context: RegionContext,
  held: HeldJob,
  decision: Exclude<Decision, { kind: "settle" }>,
  { tries, outcome, code, doubt }: Returning,
): Promise<never> {
  const { guard, now, region, log } = context;
  const { job } = held;
  const isDoubtful =
    doubt !== undefined || decision.kind === "ask" || (decision.kind === "back_off" && decision.isDoubtful);
  const leaving: Leaving = {
    tries,
    looks: doubt?.looks ?? 0,
    unknownSince: isDoubtful ? (doubt?.since ?? now()) : null,
    last: { outcome, code, at: now().toISOString() },
  };
  log.debug({ region, jobId: job.id, tries, outcome, code, decision: decision.kind }, "returned to the queue");
  const line = decision.kind === "suspend" ? await suspend(context, code, decision.delayMs) : inWords(decision);
  await job.log(`${outcome} (${code}), ${line}`);
  switch (decision.kind) {
    case "ask":
    case "again":
      return leaveUntil(context, held, decision.at, leaving);
    case "back_off":
      await guard.backOff(decision.reason, decision.delayMs);
      return leaveToRegion(context, held, leaving);
    case "suspend":
      return leaveToRegion(context, held, leaving);
  }
}

/** Suspends the region, unless its set-up is refused to this process alone. @returns what it has done, in words */
async function suspend({ aside, guard }: RegionContext, code: string, delayMs: number): Promise<string> {
  if (await aside.refused(code)) return "this worker stands aside";
  await guard.suspend(code, delayMs);
  return "the region is suspended";
}

function inWords(decision: Exclude<Decision, { kind: "settle" | "suspend" }>): string {
  switch (decision.kind) {
    case "ask":
      return `the provider is asked at ${decision.at.toISOString()}`;
    case "back_off":
      return `the region backs off for ${decision.delayMs} ms`;
    case "again":
      return `it is tried again at ${decision.at.toISOString()}`;
  }
}
