import { EXPLAIN_REASONS, explainEnd, explainStatus, type Explanation } from "../follow/explain-send.ts";
import type { QueueAccess, Stores } from "../redis/queue-access.ts";
import { readRouteRecord } from "./auto-record.ts";
import { isGone, readChildren, routedStatus } from "./auto-status.ts";

type ExplainAccess = QueueAccess & { readonly now: () => Date };

/**
 * Why a routed send is where it is: what its regions came to together or, while one of them has not ended, the gravest reason
 * of those that have not.
 *
 * @returns `null` when there is none, or the result of one of its regions is no longer kept
 */
export async function explainRouted(
  access: ExplainAccess & Stores<ExplainAccess>,
  id: string,
): Promise<Explanation | null> {
  const record = await readRouteRecord(access, id);
  if (record === null) return null;
  const children = await readChildren(access, record);
  if (record.state === "enqueued" && children.some(isGone)) return null;
  const status = routedStatus(id, record, children);
  const said = await Promise.all(
    children.flatMap((each) =>
      each.status === null ? [] : explainStatus(access.of(each.child.region), each.child, each.status),
    ),
  );
  if (status.result !== null) {
    const kept = said.flatMap(({ reason, until }) => (reason === "at_provider" && until !== null ? [until] : []));
    return { id, region: status.region, ...explainEnd(status.result, kept.toSorted().at(-1) ?? null) };
  }
  const gravest = said.filter(({ reason }) => !HAS_ENDED.has(reason)).toSorted((a, b) => placeOf(a) - placeOf(b))[0];
  if (gravest) return { ...gravest, id, sentence: `in ${gravest.region}: ${gravest.sentence}` };
  const away = children.find((each) => each.away !== undefined)?.away;
  if (away) throw away;
  const failed = said.find(({ reason }) => reason === "failed");
  if (failed) return { ...failed, id };
  return {
    id,
    region: status.region,
    reason: "queued",
    since: null,
    until: null,
    sentence: "it is about to be enqueued",
  };
}

const HAS_ENDED: ReadonlySet<string> = new Set(EXPLAIN_REASONS.slice(0, EXPLAIN_REASONS.indexOf("cancel_asked")));

function placeOf({ reason }: Explanation): number {
  return EXPLAIN_REASONS.indexOf(reason);
}
