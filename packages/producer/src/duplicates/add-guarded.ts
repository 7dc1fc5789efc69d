import type { AdditionState } from "../claim/add-together.ts";
import type { DuplicatesFound } from "./duplicates.ts";
import { type Guard, guardDuplicates, type GuardedSends, type GuardContext } from "./guard-duplicates.ts";
import { ProducerError } from "../terms/producer-error.ts";
import { type StagedRest, stageRest } from "./stage-rest.ts";

/** To whom of a list a send goes. */
export type SentTo =
  | { readonly kind: "all" }
  /** Those who were not found. They are staged; the stage is the send's own from now on. */
  | ({ readonly kind: "rest" } & StagedRest)
  | { readonly kind: "nobody" };

/** Whether somebody was found; left out where nobody was. */
type WithDuplicates = { readonly duplicates?: DuplicatesFound };

/**
 * Puts sends on their queues unless their recipients got the same text a while ago, or without those.
 *
 * @param sends - `null` where nobody wants to know
 * @param add - puts them there; to whom of each list, in their order, and empty where nobody wants to know
 * @throws DuplicatesError
 * @throws ProducerError `VOLLEY_NOBODY_LEFT` when everybody is left out
 */
export async function addGuarded<Added extends { readonly alreadyEnqueued: boolean }>(
  context: GuardContext,
  sends: GuardedSends | null,
  add: (sentTo: readonly SentTo[], state: AdditionState) => Promise<Added>,
): Promise<Added & WithDuplicates> {
  const state: AdditionState = { isHandedOver: false };
  if (sends === null) return add([], state);
  const guard = await guardDuplicates(context, sends);
  const sentTo: SentTo[] = [];
  try {
    const isLeftOut = guard.found !== null && sends.duplicates.ifFound === "skip";
    for (const index of sends.lists.keys()) {
      sentTo.push(isLeftOut ? await leaveOut(context, sends, { guard, index }) : { kind: "all" });
    }
    if (sentTo.every(({ kind }) => kind === "nobody")) throw nobodyLeft(guard);
    const added = await add(sentTo, state);
    if (added.alreadyEnqueued) await guard.withdraw();
    return guard.found ? { ...added, duplicates: guard.found } : added;
  } catch (error) {
    for (const each of sentTo) if (each.kind === "rest") await each.stage.discard();
    // What may be on a queue may text people: it is found to have done so, or not to be there, when somebody looks.
    if (!state.isHandedOver) await guard.withdraw();
    throw error;
  }
}

async function leaveOut(
  context: GuardContext,
  { lists }: GuardedSends,
  { guard, index }: { readonly guard: Guard; readonly index: number },
): Promise<SentTo> {
  const [list, found] = [lists[index], guard.foundIn[index]];
  if (!list || !found || found.count() === 0) return { kind: "all" };
  if (found.count() === list.size) {
    await guard.withdraw(list.id);
    return { kind: "nobody" };
  }
  const rest = await stageRest(context.of?.(list.region) ?? context, context.stageTtlMs, list, found);
  await guard.narrow(list.id, { size: rest.recipients, pages: rest.stage.readBack });
  return { kind: "rest", ...rest };
}

function nobodyLeft({ found }: Guard): ProducerError {
  const whom = `all ${(found?.total ?? 0).toLocaleString("en")} recipients`;
  return new ProducerError("VOLLEY_NOBODY_LEFT", `${whom} got this text, or were enqueued for it, a while ago`);
}
