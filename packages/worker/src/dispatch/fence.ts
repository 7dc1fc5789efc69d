import type { ReachedCall } from "@volley/receipts";
import { leaveLost } from "../job/put-back.ts";
import { childrenKeys, unbegunKey } from "../region/part-keys.ts";
import { crewKeys } from "../redis/crew.ts";
import type { RegionContext } from "../region/region-context.ts";
import type { HeldJob } from "../terms/held-job.ts";

/** The answer of the fence to a process that was silent for long. */
const NOT_IN_CREW = -2;

/** In place of a note. */
const NOTHING = ["", "", "", "", ""];

/** What the fence found out. */
export type Fenced = {
  readonly isCanceled: boolean;
  /** The version of the suppression list. */
  readonly suppressions: string;
};

/**
 * The fence: nothing is sent by a worker that has lost the job. The lock is extended for longer than the request may
 * take that is written in time, so that nobody else picks the job up while the request is on its way. The same step looks
 * whether the send is canceled, which version the suppression list has, and notes that a request of the part may be made, and
 * whom it reaches.
 *
 * @param handedOver - the note whom it reaches; `null` where nothing is kept of that
 * @throws when another worker has the job
 */
export async function fence(context: RegionContext, held: HeldJob, handedOver: ReachedCall | null): Promise<Fenced> {
  const { scripts, queue, prefix, cancellations, lockMs, crew, suppressions } = context;
  const { token, key, lock, sendId } = held;
  const { crew: members, writes } = crewKeys(prefix);
  const { processed } = childrenKeys(context, sendId);
  const keys = [
    lock,
    cancellations.keyOf(held),
    unbegunKey(context, sendId),
    processed,
    members,
    writes,
    suppressions.head,
    ...(handedOver?.keys ?? [lock, lock]),
  ];
  const part = held.part === null ? ["", ""] : [held.part, key];
  const note = handedOver?.values ?? NOTHING;
  for (;;) {
    await crew.admitted();
    const answer = await scripts.fence({ keys, values: [token, lockMs, ...part, crew.me, ...note] });
    if (Array.isArray(answer)) {
      const [write, isCanceled, version] = answer as [number, number, string];
      crew.wrote(write, [key, queue.toKey(sendId)]);
      return { isCanceled: isCanceled === 1, suppressions: version };
    }
    if (answer !== NOT_IN_CREW) leaveLost();
    crew.expelled();
  }
}
