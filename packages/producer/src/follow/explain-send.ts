import { NEWER_VERSION, readJobData, readTime, type SendResult, withoutNumbers } from "@volley/contract";
import { findJob } from "../redis/find-job.ts";
import type { QueueAccess, SendAddress } from "../redis/queue-access.ts";
import type { RegionHealth } from "../region/region-health.ts";
import { messageOf, readStatus, type SendStatus } from "./read-status.ts";
import { readWork, type Work, type WorkedJob } from "./read-work.ts";

/** Why a send is where it is: what has ended, then what has not, the gravest first. */
export const EXPLAIN_REASONS = [
  /** It is no send, or cannot be read: it was never sent. */
  "failed",
  /** The provider has accepted everybody who could be texted; some of them. */
  "accepted",
  "partly_accepted",
  /** The provider has accepted it, and keeps it until its `send_at`. */
  "at_provider",
  /** Nobody was texted, and for most of them because of that. */
  "rejected",
  "opted_out",
  "expired",
  "canceled",
  "nobody_knows",
  /** Somebody wants it stopped, and a worker has still to count. */
  "cancel_asked",
  /** Its region does not send. */
  "region_paused",
  "no_worker",
  "region_suspended",
  "region_backs_off",
  /** The list of those who have opted out cannot be read. */
  "list_unreadable",
  /** A request may have been accepted: the provider is asked before anything is sent again. */
  "asking_provider",
  /** It was made for a newer worker than there is. */
  "newer_version",
  /** Its last try was put back, and the next one comes. */
  "retry",
  /** The limits of its region let it go later. */
  "paced",
  /** Others go before it. */
  "behind_urgent",
  "queued",
  /** It waits for its `send_at`. */
  "scheduled",
  /** A worker sends it. */
  "sending",
] as const;

/** One of {@link EXPLAIN_REASONS}. */
export type ExplainReason = (typeof EXPLAIN_REASONS)[number];

/** Why a send is where it is. */
export type Explanation = {
  readonly id: string;
  /** Of a send whose recipients were routed to several regions: the one whose reason it is. */
  readonly region: string;
  readonly reason: ExplainReason;
  /** ISO-8601; since when, where anybody knows it. */
  readonly since: string | null;
  /** ISO-8601; when that is over or looked at again, at the latest; `null` where it does not end by itself, or nobody knows. */
  readonly until: string | null;
  /** The same in words: a sentence without recipients and text. */
  readonly sentence: string;
};

type Said = Omit<Explanation, "id" | "region">;

/**
 * Says why a send has not been sent, or what it came to: one reason, that which stands in the way for longest.
 *
 * @returns `null` when there is no such send, or its result is no longer kept
 */
export async function explainSend(
  access: QueueAccess & { readonly now: () => Date },
  address: SendAddress,
): Promise<Explanation | null> {
  const status = await readStatus(access, address);
  return status && explainStatus(access, address, status);
}

/** The same, where its status was read already. */
export async function explainStatus(
  access: QueueAccess & { readonly now: () => Date },
  { id, region }: SendAddress,
  status: SendStatus,
): Promise<Explanation> {
  return { id, region, ...(await explain(access, { id, region }, status)) };
}

async function explain(
  access: QueueAccess & { readonly now: () => Date },
  address: SendAddress,
  status: SendStatus,
): Promise<Said> {
  const { result, failure, cancelAskedAt = null, state, until, sendAt = until } = status;
  if (result !== null) return explainEnd(result, await keptUntil(access, address));
  if (failure !== null) {
    return said("failed", `nothing of it was sent: ${withoutNumbers(failure)}`);
  }
  if (state === "settled") return said("nobody_knows", "it has ended, and its result cannot be read");
  if (cancelAskedAt !== null) {
    const why =
      "nothing more of it goes to the provider, and a worker has still to take back what has gone, and to count";
    return said("cancel_asked", `somebody wants it stopped: ${why}`, { since: cancelAskedAt });
  }
  if (state === "scheduled") return said("scheduled", `it is scheduled for ${timeOf(sendAt)}`, { until: sendAt });
  const [hold] = status.holds ?? [];
  const work = await access.link.run(async () => readWork(access, address));
  return explainHold(hold, work, address.region) ?? explainWork(work, status);
}

/** What a region that does not send says of all that waits there; `null` where it sends. */
function explainHold(hold: RegionHealth | undefined, { jobs }: Work, region: string): Said | null {
  if (hold === undefined || hold.state === "open") return null;
  const { state, since, nextProbe: until } = hold;
  const from = since === null ? "" : ` since ${timeOf(since)}`;
  if (state === "paused")
    return said("region_paused", `somebody has paused ${region}${from}: it waits until the region is resumed`, {
      since,
    });
  if (state === "unattended") return said("no_worker", `no worker of ${region} is running`, { since });
  const why = `${from}${hold.reason === null ? "" : `: ${withoutNumbers(hold.reason)}`}`;
  if (jobs.some(({ code }) => code === LIST_UNREAD))
    return said("list_unreadable", `nothing is sent in ${region}${why}`, { since, until });
  if (state === "suspended") return said("region_suspended", `${region} is suspended${why}`, { since, until });
  return said("region_backs_off", `${region} backs off${why}`, { since, until });
}

const LIST_UNREAD = "suppressions_unread";

function explainWork({ jobs, before, isBehindUrgent }: Work, { state, parts }: SendStatus): Said {
  const doubtful = jobs.filter(({ unknownSince }) => unknownSince !== null);
  const [first] = doubtful;
  if (first) {
    const which = whichOf(doubtful, parts !== null);
    const why = `the provider is asked whether it has ${which}, whose request may have been accepted`;
    return said("asking_provider", why, { since: first.unknownSince, until: earliest(doubtful) });
  }
  const done = parts === null ? "" : `: ${parts.done} of ${parts.total} parts are done`;
  if (jobs.some(({ isActive }) => isActive)) return said("sending", `a worker is sending it${done}`);
  const [back] = jobs;
  if (back) {
    const until = earliest(jobs);
    if (back.code === "pace") return said("paced", `the limits of its region let it go later${done}`, { until });
    if (back.code === NEWER_VERSION)
      return said("newer_version", "it was made for a newer worker than those that are running, and waits for one", {
        until,
      });
    if (back.code === LIST_UNREAD)
      return said("list_unreadable", "the list of those who have opted out cannot be read", { until });
    const why = back.outcome === "held" ? back.code : `${back.outcome}, ${back.code}`;
    return said("retry", `its last try was put back (${withoutNumbers(why)}), and it is tried again${done}`, { until });
  }
  if (before === null && state === "sending") return said("sending", `a worker is at it${done}`);
  const others = before === null ? "others" : before === 1 ? "1 job" : `${before.toLocaleString("en")} jobs`;
  if (isBehindUrgent) return said("behind_urgent", `urgent sends go before it: it waits behind ${others}${done}`);
  return said("queued", before === 0 ? `it is the next one${done}` : `it waits behind ${others}${done}`);
}

/** Which of its parts, in words. */
function whichOf(jobs: readonly WorkedJob[], isSplit: boolean): string {
  const [first] = jobs;
  if (!isSplit || first === undefined) return "it";
  const more = jobs.length - 1;
  return `part ${first.part}${more === 0 ? "" : ` and ${more} more`}`;
}

function earliest(jobs: readonly WorkedJob[]): string | null {
  return jobs.flatMap(({ until }) => until ?? []).toSorted()[0] ?? null;
}

/** What a send came to, by whatever most of it came to. @param until - when the provider sends what it keeps */
export function explainEnd({ state, recipients }: SendResult, until: string | null): Said {
  const { requested, accepted, duplicate, ...others } = recipients;
  const counts = Object.entries({ accepted, ...others, duplicate }).filter(([, count]) => count > 0);
  const sum = `${people(requested)} asked for: ${counts.map(([how, count]) => `${count.toLocaleString("en")} ${how}`).join(", ")}`;
  if (accepted > 0 && until !== null)
    return said("at_provider", `the provider keeps it until ${timeOf(until)}; ${sum}`, { until });
  if (state === "accepted") return said("accepted", `the provider has accepted it; ${sum}`);
  if (accepted > 0) return said("partly_accepted", `the provider has accepted some of it; ${sum}`);
  const [most = "rejected"] = Object.entries(others).toSorted(([, a], [, b]) => b - a)[0] ?? [];
  const { reason, sentence } = ENDINGS[most as keyof typeof others];
  return said(reason, `${sentence}; ${sum}`);
}

const ENDINGS = {
  rejected: { reason: "rejected", sentence: "nobody could be texted" },
  suppressed: { reason: "opted_out", sentence: "whoever was left has opted out" },
  expired: { reason: "expired", sentence: "it was too late: nothing is sent after expire_at" },
  canceled: { reason: "canceled", sentence: "it was canceled before it was sent" },
  unknown: { reason: "nobody_knows", sentence: "nobody knows whether it was sent: a person has to decide" },
} as const;

function people(count: number): string {
  return count === 1 ? "1 recipient" : `${count.toLocaleString("en")} recipients`;
}

/** Until when the provider keeps a send that it has accepted; `null` where it has sent it. */
async function keptUntil(
  access: QueueAccess & { readonly now: () => Date },
  address: SendAddress,
): Promise<string | null> {
  const job = await findJob(access, address);
  const sendAt: unknown = job && messageOf(readJobData(job.data))["send_at"];
  const time = typeof sendAt === "string" ? readTime(sendAt) : null;
  return time !== null && time > access.now() ? time.toISOString() : null;
}

function timeOf(time: string | null): string {
  return time === null ? "later" : time.replace(/\.\d+Z$/, "Z");
}

function said(
  reason: ExplainReason,
  sentence: string,
  { since = null, until = null }: { readonly since?: string | null; readonly until?: string | null } = {},
): Said {
  return { reason, since, until, sentence };
}
