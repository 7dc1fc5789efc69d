import { cancelKey, readJobData } from "@volley/contract";
import type { Job } from "bullmq";
import { isClaimed } from "../claim/claim.ts";
import type { QueueAccess } from "../redis/queue-access.ts";
import type { Earlier } from "../traces/remembered.ts";
import { type Settled, settledOf, unsentLists } from "../unsent/unsent-lists.ts";

/** Whom a send has texted, or will. */
export type Fate =
  | { readonly kind: "nobody" }
  | {
      readonly kind: "somebody";
      /** Whether the provider has accepted them all; otherwise it is on its way, or nobody knows more about it. */
      readonly isAccepted: boolean;
      /** Of those in its trace, whom it has certainly not reached. */
      readonly unreached: () => AsyncIterable<readonly string[]>;
    };

const NOBODY: Fate = { kind: "nobody" };

const EVERYBODY: Fate = { kind: "somebody", isAccepted: false, unreached: async function* () {} };

/**
 * What became of a send that has left a trace. Its trace says whom it was made for; whether they got it is asked of the
 * send itself, so that nobody has to keep the trace up to date: a send that was canceled, has expired or was rejected
 * stands in nobody's way, and one of which a part was rejected not in that of those.
 *
 * @param nowClock - Redis' clock, in microseconds
 */
export async function fateOf(access: QueueAccess, { send, clock }: Earlier, nowClock: number): Promise<Fate> {
  const { id, region, graceMs } = send;
  const { link, queueOf } = access;
  const job = await link.run(async () => queueOf(region).getJob(id));
  if (!job) {
    // Either it is being enqueued at this moment, or it was and is no longer kept, or whoever wanted to has died.
    const isKnown = nowClock - clock < graceMs * 1_000 || (await isClaimed(access, { id, region }));
    return isKnown ? EVERYBODY : NOBODY;
  }
  const settled = settledOf({ id, region }, job);
  if (settled) return fateOfSettled(access, settled);
  const isUntouched = job.attemptsStarted === 0 && readJobData(job.data).kind === "send";
  const isStopped = isUntouched && (await isCanceled(access, region, job));
  return isStopped ? NOBODY : EVERYBODY;
}

function fateOfSettled(access: QueueAccess, settled: Settled): Fate {
  const { requested, duplicate, accepted, unknown, canceled } = settled.result.recipients;
  if (accepted + unknown === 0) return NOBODY;
  return {
    kind: "somebody",
    // Whose batch was taken back at the provider is no longer kept: they pass for those who were accepted.
    isAccepted: unknown === 0 && canceled === 0,
    unreached: async function* () {
      if (accepted === requested - duplicate) return;
      for await (const { certain } of unsentLists(access, settled)) yield certain;
    },
  };
}

/** Nothing of it is sent any more, though no worker has seen it. */
async function isCanceled({ link, prefix }: QueueAccess, region: string, job: Job): Promise<boolean> {
  const key = cancelKey(prefix, region, { id: String(job.id), timestamp: job.timestamp });
  return (await link.run(async () => link.connection.exists(key))) === 1;
}
