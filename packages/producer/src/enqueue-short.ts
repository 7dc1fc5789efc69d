import type { ReadySend, Send } from "@volley/contract";
import { addOnce } from "./add-once.ts";
import { type ClaimInput, isEnqueued } from "./claim.ts";
import { findEnqueued } from "./claim-staged.ts";
import type { Duplicates } from "./duplicates.ts";
import { enqueueGuarded, type SentTo } from "./enqueue-guarded.ts";
import { addList, type StagedOutcome, type StagingSettings } from "./enqueue-staged.ts";
import { jobOptions } from "./job-options.ts";
import { leavingOut } from "./list-counts.ts";
import { splitParameters } from "./own-values.ts";
import type { QueueAccess } from "./queue-access.ts";

/** A send whose list travels in its job; it was found good. */
export type ShortRequest = {
  readonly id: string;
  readonly region: string;
  /** As it goes into the job. */
  readonly data: Send;
  /** The same, read. */
  readonly ready: ReadySend;
  readonly input: ClaimInput;
  /** Throws whatever speaks against a new send. */
  readonly requireRoom: () => Promise<void>;
  readonly delayMs: () => number;
  /** How long a stage lives from when it is added. */
  readonly keepMs: () => number;
  /** Whether somebody who got the same text gets it again; `null` where nobody wants to know. */
  readonly duplicates: Duplicates | null;
};

/** Puts a send on its queue whose list travels in its job. Whoever is left out is counted beside a list that is staged. */
export async function enqueueShort(
  access: QueueAccess,
  settings: StagingSettings,
  request: ShortRequest,
): Promise<StagedOutcome> {
  const { id, region, ready, input, duplicates } = request;
  const { requested, accepted, duplicate, rejected } = ready.recipients;
  const counts = { requested, valid: accepted.length, duplicate, rejected };
  const page = { recipients: accepted, parameters: ready.parameters };
  const list = { id, region, size: accepted.length, pages: () => [page] };
  const { message, parameters: defaults, sendAt } = ready;
  const isGuarded = duplicates !== null && !(await access.link.run(async () => isEnqueued(input)));
  const state = { isHandedOver: false };
  return enqueueGuarded(access, settings, isGuarded ? { message, defaults, lists: [list], sendAt, duplicates } : null, {
    mayBeAdded: () => state.isHandedOver,
    add: async ([sentTo]) => {
      if (sentTo?.kind === "rest") return addRest(access, request, sentTo, state);
      if (!(await addAll(access, request, state))) return { alreadyEnqueued: false, recipients: counts };
      const known = await access.link.run(async () => findEnqueued(input.redis, input.key));
      return { alreadyEnqueued: true, recipients: known?.counts ?? counts };
    },
  });
}

async function addAll(
  { link, queueOf }: QueueAccess,
  { id, region, data, input, requireRoom, delayMs }: ShortRequest,
  state: { isHandedOver: boolean },
): Promise<boolean> {
  const options = jobOptions(id, delayMs(), data.priority);
  return link.run(async (stillWanted) =>
    addOnce({ queue: queueOf(region), data, options, input, requireRoom }, state, stillWanted),
  );
}

async function addRest(
  access: QueueAccess,
  request: ShortRequest,
  { stage, recipients: valid }: Extract<SentTo, { kind: "rest" }>,
  state: { isHandedOver: boolean },
): Promise<StagedOutcome> {
  const { data, ready, input, requireRoom } = request;
  const { requested, accepted, duplicate, rejected, refused } = ready.recipients;
  const { to: _, parameters: __, ...message } = { parameters: undefined, ...data };
  await requireRoom();
  return addList(
    access,
    { ...request, message, claimInput: () => input },
    {
      stage,
      counts: leavingOut({ requested, valid: accepted.length, duplicate, rejected }, valid),
      intake: { refused: () => refused },
      ...splitParameters(ready.parameters),
      digest: input.fingerprint,
    },
    state,
  );
}
