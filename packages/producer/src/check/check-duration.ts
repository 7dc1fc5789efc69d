import { recipientsPerSecond } from "@volley/contract";
import type { CheckedDuration, CheckWarning } from "./check-report.ts";
import { hasCode } from "../terms/producer-error.ts";
import { handOverFrom, type Leads } from "../terms/hand-over.ts";
import type { QueueAccess } from "../redis/queue-access.ts";
import { endBehindBacklog } from "../region/estimate-end.ts";
import type { RegionHealth } from "../region/region-health.ts";
import { controlRegion } from "../region/control-region.ts";
import { noWorker } from "../region/send-warnings.ts";

/** What is to be sent in a region, and when. */
export type DurationInput = {
  readonly region: string;
  readonly recipients: number;
  /** `null` when they could not be counted. */
  readonly segments: number | null;
  /** Nothing is sent before. */
  readonly sendAt: Date | null;
  readonly now: Date;
  /** Nothing is sent after. */
  readonly until: Date;
};

type DurationAccess = QueueAccess & { readonly served: Leads };

/** How long it takes, and what somebody should know about that. */
export type DurationOutcome = { readonly duration: CheckedDuration | null; readonly warnings: CheckWarning[] };

/** No send has it: this one is not on the queue. */
const NO_SEND = "";

/**
 * How long a region takes for something that is not enqueued yet, at the limits that hold there now and behind what is
 * queued. That nobody can tell is a warning: a check needs no Redis.
 */
export async function estimateDuration(access: DurationAccess, input: DurationInput): Promise<DurationOutcome> {
  const { region, recipients, segments, sendAt, now } = input;
  try {
    const { limits, requestMs, state, isServed } = await controlRegion(access, region).limits();
    const warnings = [...standing(region, state, isServed), ...(isServed ? [] : [noWorker(region)])];
    const perSecond = recipientsPerSecond(limits, requestMs);
    if (perSecond === null) {
      return {
        duration: null,
        warnings: [...warnings, unknown(`${region} has no pace, and no worker has measured it`)],
      };
    }
    const unit = limits.rate === null ? "recipients" : limits.rateUnit;
    const left = unit === "segments" ? (segments ?? recipients) : recipients;
    const duration = { seconds: left / perSecond, perSecond, unit };
    // Nobody knows when a region goes on that stands still.
    if (state !== "open") return { duration: { ...duration, endsAt: null }, warnings };
    const end = await access.link.run(async () => {
      const from = handOverFrom(sendAt, await access.served.leadMs(region, sendAt), now);
      return endBehindBacklog(access, { id: NO_SEND, region, left, from }, perSecond);
    });
    return {
      duration: { ...duration, endsAt: end.toISOString() },
      warnings: [...warnings, ...lateWarnings(input, end)],
    };
  } catch (error) {
    if (!hasCode(error, "VOLLEY_REDIS_UNAVAILABLE")) throw error;
    return { duration: null, warnings: [unknown(`the limits of ${region} stand in Redis, which cannot be reached`)] };
  }
}

function lateWarnings({ region, until }: DurationInput, end: Date): CheckWarning[] {
  if (end <= until) return [];
  const message =
    `at the limits of ${region} it is done at about ${end.toISOString()}, after it expires at ${until.toISOString()}: ` +
    "whoever is left then is not texted";
  return [{ code: "VOLLEY_ENDS_AFTER_EXPIRY", message }];
}

function standing(region: string, state: RegionHealth["state"], isServed: boolean): CheckWarning[] {
  if (state === "paused") {
    return [{ code: "VOLLEY_REGION_PAUSED", message: `${region} is paused: nothing is sent until it is resumed` }];
  }
  if (state !== "unattended" || !isServed) return [];
  return [{ code: "VOLLEY_NO_WORKER", message: `no worker of ${region} is running: nothing is sent until one does` }];
}

function unknown(why: string): CheckWarning {
  return { code: "VOLLEY_DURATION_UNKNOWN", message: `nobody knows how long it takes: ${why}` };
}
