import { type JobData, LISTED_OPTION, type ListedRow, listedWords, stagedOf, writeListed } from "@volley/contract";
import type { RegionContext } from "../region/region-context.ts";
import type { HeldJob } from "../terms/held-job.ts";

/**
 * Puts a send into the list of sends that another client has added, once: our producer does that where it adds one. Nothing
 * waits for it, and nothing of the send depends on it: where it fails, the next pick-up does it.
 *
 * @returns what the job's data is, as it was given
 */
export function listJob({ scripts, prefix, region }: RegionContext, held: HeldJob, stored: JobData): JobData {
  const { job, id, key, part } = held;
  if (part !== null || Reflect.get(job.opts, LISTED_OPTION) === 1) return stored;
  const message = Object(stored.kind === "send" ? stored.data : stored.data.message) as object;
  const row = { id, region, kind: "client", whole: null, ...listedWords(message), ...countsOf(stored) } as const;
  scripts.list({ keys: [key], values: [prefix, ...writeListed(row)] }).catch(() => {});
  return stored;
}

/** Nobody has read the list of a send that is not planned: whoever is rejected or there twice counts as valid. */
function countsOf(stored: JobData): Pick<ListedRow, "requested" | "valid"> {
  if (stored.kind === "settled") return ofResult(stored.data.settled.recipients);
  if (stored.kind === "planned") return ofResult(stored.data.planned);
  const to: unknown = Reflect.get(Object(stored.data), "to");
  const staged = stagedOf(stored.data);
  if (staged === null || staged === undefined) return sameOf(Array.isArray(to) ? to.length : 0);
  const { recipients, duplicate = 0, rejected = 0 } = staged;
  return { requested: recipients + duplicate + rejected, valid: recipients };
}

function ofResult({ requested, duplicate, rejected }: { requested: number; duplicate: number; rejected: number }) {
  return { requested, valid: Math.max(0, requested - duplicate - rejected) };
}

function sameOf(count: number) {
  return { requested: count, valid: count };
}
