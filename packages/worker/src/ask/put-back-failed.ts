import { type Doubt, readNote } from "../job/note.ts";
import { type Noted, putBack } from "../job/put-back.ts";
import type { RegionContext } from "../region/region-context.ts";
import type { Decision } from "./retry-policy.ts";
import type { HeldJob } from "../terms/held-job.ts";
import { type Failed, type Trouble, troubleOf } from "../terms/trouble.ts";

/** What the last request came to, and since when an earlier one is in doubt. */
export type Returning = {
  readonly tries: number;
  readonly failure: Failed;
  readonly doubt?: Doubt;
};

type Returned = Exclude<Decision, { kind: "settle" }>;

/**
 * Puts a job that is not settled back on its queue, as decided, and slows its region down where the trouble is the
 * region's.
 *
 * @throws always: that is how a BullMQ processor ends without ending its job
 */
export async function putBackFailed(
  context: RegionContext,
  held: HeldJob,
  decision: Returned,
  returning: Returning,
): Promise<never> {
  const { guard, aside, region, log, client, observer } = context;
  const trouble = troubleOf(returning.failure, client.host);
  const noted = notedOf(decision, returning, context.now());
  const { outcome, code } = noted;
  if (noted.doubt !== null && returning.doubt === undefined) observer.doubted({ region });
  log.debug(
    { region, jobId: held.id, tries: returning.tries, outcome, code, decision: decision.kind },
    "returned to the queue",
  );
  const line = decision.kind === "suspend" ? await suspend(context, trouble, decision.delayMs) : inWords(decision);
  // A suspension may last for days, and each of its probes brings the same jobs back.
  const isSaid = decision.kind === "suspend" && readNote(held.job.progress)?.last.code === code;
  if (!isSaid) await held.job.log(`${outcome} (${code}), ${line}`);
  switch (decision.kind) {
    case "ask":
    case "again":
      return putBack(context, held, noted, decision.at);
    case "back_off":
      guard.heard(trouble);
      aside.heard(trouble);
      await guard.backOff(trouble, decision.delayMs);
      return putBack(context, held, noted, null);
    case "suspend":
      return putBack(context, held, noted, null);
  }
}

/** Suspends the region, unless its set-up is refused to this process alone. @returns what it has done, in words */
async function suspend({ aside, guard }: RegionContext, trouble: Trouble, delayMs: number): Promise<string> {
  if (await aside.refused({ trouble, delayMs })) return "this worker stands aside";
  await guard.suspend(trouble, delayMs);
  return "the region is suspended";
}

function notedOf(decision: Returned, { tries, failure, doubt }: Returning, now: Date): Noted {
  const isDoubtful =
    doubt !== undefined || decision.kind === "ask" || (decision.kind === "back_off" && decision.isDoubtful);
  return {
    tries,
    doubt: isDoubtful ? (doubt ?? { since: now, looks: 0 }) : null,
    outcome: failure.kind,
    code: failure.code,
  };
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
