import type { ReadySend, Send } from "@volley/contract";
import { addOnce, type AdditionState, countsThere } from "../claim/add-with-claims.ts";
import { countsOf, findClaims } from "../claim/claim.ts";
import type { Duplicates } from "../duplicates/duplicates.ts";
import { enqueueGuarded, type SentTo } from "../duplicates/add-guarded.ts";
import { addList, type StagedOutcome, type StagingSettings } from "./enqueue-staged.ts";
import { leavingOut, type ListCounts } from "../terms/list-counts.ts";
import { splitParameters } from "../recipients/own-values.ts";
import type { QueueAccess } from "../redis/queue-access.ts";
import { rememberedFor } from "../terms/remember-settings.ts";

/** A send whose list travels in its job; it was found good. */
export type ShortRequest = {
  readonly id: string;
  readonly region: string;
  /** As it goes into the job. */
  readonly data: Send;
  /** The same, read. */
  readonly ready: ReadySend;
  /** Of its content: see `printOf`. */
  readonly print: string;
  /** Throws whatever speaks against a new send. */
  readonly requireRoom: () => Promise<void>;
  readonly delayMs: () => number;
  /** How long a stage lives from when it is added. */
  readonly keepMs: () => number;
  /** Whether somebody who got the same text gets it again; `null` where nobody wants to know. */
  readonly duplicates: Duplicates | null;
};

/**
 * Puts a send on its queue whose list travels in its job. Whoever is left out is counted beside a list that is staged.
 *
 * Its key is looked for before anything that speaks against a new send: one that comes again is answered as the first one
 * was, however late it comes and however full Redis is.
 */
export async function enqueueShort(
  access: QueueAccess,
  settings: StagingSettings,
  request: ShortRequest,
): Promise<StagedOutcome> {
  const { id, region, ready, print, requireRoom, duplicates } = request;
  const known = (await findClaims(access, region, [id])).get(id);
  if (known) return { alreadyEnqueued: true, recipients: countsOf(known, print) };
  await requireRoom();
  const { requested, accepted, duplicate, rejected } = ready.recipients;
  const counts = { requested, valid: accepted.length, duplicate, rejected };
  const page = { recipients: accepted, parameters: ready.parameters };
  const list = { id, region, size: accepted.length, pages: () => [page] };
  const { message, parameters: defaults, sendAt } = ready;
  const state = { isHandedOver: false };
  return enqueueGuarded(access, settings, duplicates && { message, defaults, lists: [list], sendAt, duplicates }, {
    mayBeAdded: () => state.isHandedOver,
    add: async ([sentTo]) =>
      sentTo?.kind === "rest"
        ? addRest(access, settings, request, { ...sentTo, counts, state })
        : addAll(access, settings, request, { counts, state }),
  });
}

/** What is known about the list of a send, and how far its addition is. */
type Counted = { readonly counts: ListCounts; readonly state: AdditionState };

async function addAll(
  access: QueueAccess,
  settings: StagingSettings,
  { id, region, data, print, delayMs: delay }: ShortRequest,
  { counts, state }: Counted,
): Promise<StagedOutcome> {
  const delayMs = delay();
  const claims = new Map([[id, { print, what: counts }]]);
  const addition = { id, region, data, delayMs, claims, ...rememberedFor(settings, delayMs), state };
  const added = await access.link.run(async (stillWanted) => addOnce(access, addition, stillWanted));
  const there = countsThere(added, id, print);
  return { alreadyEnqueued: there !== null, recipients: there ?? counts };
}

async function addRest(
  access: QueueAccess,
  settings: StagingSettings,
  request: ShortRequest,
  { stage, recipients: valid, counts, state }: Extract<SentTo, { kind: "rest" }> & Counted,
): Promise<StagedOutcome> {
  const { data, ready, print, requireRoom } = request;
  const { to: _, parameters: __, ...message } = { parameters: undefined, ...data };
  await requireRoom();
  return addList(
    access,
    settings,
    { ...request, message },
    {
      stage,
      counts: leavingOut(counts, valid),
      intake: { refused: () => ready.recipients.refused },
      ...splitParameters(ready.parameters),
      print,
    },
    state,
  );
}
