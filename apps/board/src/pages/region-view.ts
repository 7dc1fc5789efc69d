import { regionNoticeKey, regionSuspensionKey, withoutNumbers } from "@volley/contract";
import { type Minute, readMinutes, type RegionLook } from "@volley/fleet";
import { html, type Html } from "../html/html.ts";
import { badge, counted, fact, inTime, moment, withNoun } from "../html/words.ts";
import type { Doors } from "../terms/route.ts";

/** Whether a region sends, since when, and why not. */
type RegionState = {
  readonly word: "sends" | "paused" | "no worker" | "suspended" | "backs off" | "not known";
  readonly since: Date | null;
  readonly reason: string | null;
};

/** A region as pages show it; `look` is `null` where Redis has not answered in time. */
export type RegionSeen = {
  readonly name: string;
  readonly look: RegionLook | null;
  readonly state: RegionState;
  /** The last hour. */
  readonly minutes: readonly (Minute | null)[];
};

const KINDS = {
  sends: "good",
  paused: "warn",
  "no worker": "bad",
  suspended: "bad",
  "backs off": "warn",
  "not known": "plain",
} as const;

/** Looks at all regions of the board. A fixed number of calls for each, whatever waits there. */
export async function seeRegions({ fleet, redisOf, prefix, regions }: Doors): Promise<RegionSeen[]> {
  const notices = regions.map(async (region) =>
    redisOf(region)
      .mget(regionSuspensionKey(prefix, region), regionNoticeKey(prefix, region))
      .catch(() => []),
  );
  const now = new Date();
  const hours = regions.map(async (region) =>
    readMinutes({ redis: redisOf(region), prefix, region }, now).catch(() => []),
  );
  const [{ regions: looks }, found, minutes] = await Promise.all([
    fleet.look(),
    Promise.all(notices),
    Promise.all(hours),
  ]);
  return regions.map((name, at) => {
    const look = looks.get(name) ?? null;
    const [suspended = null, held = null] = found[at] ?? [];
    return { name, look, state: stateOf(look, { suspended, held }), minutes: minutes[at] ?? [] };
  });
}

function stateOf(
  look: RegionLook | null,
  why: { readonly suspended: string | null; readonly held: string | null },
): RegionState {
  if (look === null) return { word: "not known", since: null, reason: "Redis has not answered in time" };
  const { pausedSince, suspendedSince, heldSince } = look.waits;
  if (pausedSince !== null)
    return { word: "paused", since: pausedSince, reason: "somebody has paused it: see the action log" };
  if (look.workers.running === 0)
    return { word: "no worker", since: null, reason: "no worker of this region is running" };
  if (suspendedSince !== null) return { word: "suspended", since: suspendedSince, reason: said(why.suspended) };
  if (heldSince !== null) return { word: "backs off", since: heldSince, reason: said(why.held) };
  return { word: "sends", since: null, reason: null };
}

function said(words: string | null): string | null {
  return words === null ? null : withoutNumbers(words);
}

/** The state as a word, and since when. */
export function stateBadge({ state }: RegionSeen): Html {
  return html`${badge(state.word, KINDS[state.word])}${state.since && html` <span class="small quiet">since ${moment(state.since)}</span>`}`;
}

/** What is there now, in numbers, each with what it means. */
export function regionFacts({ look }: RegionSeen, now: Date): Html | null {
  if (look === null) return null;
  const { jobs, limits, workers, waits, waitingRecipients, lateSends } = look;
  const { concurrency, rate, rateUnit } = limits.limits;
  const waiting = (jobs["waiting"] ?? 0) + (jobs["prioritized"] ?? 0);
  const oldest = waits.oldestJobSince === null ? "–" : inTime(now.getTime() - waits.oldestJobSince.getTime());
  const refused =
    workers.refused === 0 ? "processes that take work here" : `${workers.refused} of them refused by the provider`;
  return html`<dl class="facts">
    ${fact("In flight", `${counted(jobs["active"] ?? 0)} of ${counted(concurrency)}`, "sends and parts at workers, against the limit of requests at once")}
    ${fact("Limit", rate === null ? "none" : `${counted(rate)} / s`, rate === null ? "nothing is paced" : `${rateUnit} a second, over all workers`)}
    ${fact("Waiting", counted(waiting), `sends and parts on the queue, ${counted(jobs["delayed"] ?? 0)} more for their time`)}
    ${fact("To be texted", counted(waitingRecipients), "recipients of all that waits, about")}
    ${fact("Oldest waits", oldest, "since it could have been taken")}
    ${fact("Workers", counted(workers.running), refused)}
    ${lateSends > 0 && fact("Late", withNoun(lateSends, "send"), "end after their expire_at at this pace: whoever is left then is not texted")}
  </dl>`;
}
