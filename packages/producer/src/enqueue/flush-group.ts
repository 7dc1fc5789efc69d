import { type Send, sendId } from "@volley/contract";
import { type Added, addOnce } from "../claim/add-with-claims.ts";
import { type Claim, conflict, differingCounts, findClaim, findClaims } from "../claim/claim.ts";
import { namingDifferences } from "../claim/name-differences.ts";
import type { Answers, Coalesced, Group, GroupKind, MessageClaim, WaitingMessage } from "./coalesce-groups.ts";
import { delayOf } from "../terms/hand-over.ts";
import { sendAtOf } from "./coalesce-message.ts";
import type { EnqueueContext } from "./enqueue-terms.ts";
import { liftPaceHold } from "../region/lift-pace-hold.ts";
import { hasCode } from "../terms/producer-error.ts";
import type { QueueAccess } from "../redis/queue-access.ts";
import { unavailable } from "../redis/redis-error.ts";
import type { StillWanted } from "../redis/redis-link.ts";
import { rememberedFor } from "../terms/remember-settings.ts";
import { warnOfNoWorker, warnOfPast } from "../region/send-warnings.ts";

/** Tries to add one group: each one but the first follows a claim of another producer, written since the one before. */
const MOST_TRIES = 10;

/** Messages that are answered together, and what each answer says. */
type Answered = Group & { readonly answers: Answers; readonly warnings: Coalesced["warnings"] };

/**
 * Puts a group on its region's queue as one send, and answers every message of it, whatever happens. A message that was
 * enqueued before, by whomever, is left out.
 */
export async function flushGroup(context: EnqueueContext, { kind, messages }: Group, answers: Answers): Promise<void> {
  const warned = warnOfNoWorker(context.served, kind.region);
  let waiting = messages;
  let isGivenUp = false;
  const past = warnOfPast(kind.template.send_at, context.now());
  const answered = async (): Promise<Answered> => {
    return { kind, messages: waiting, answers, warnings: [...(await warned), ...past] };
  };
  try {
    await context.budget.ensure(false);
    await context.link.run(async (stillWanted) => {
      for (let tries = 1; waiting.length > 0 && tries <= MOST_TRIES; tries += 1) {
        const group = await answered();
        const id = sendId(kind.region);
        const added = await addGroup(context, group, id, stillWanted);
        // What was given up is answered already, and whoever called may have called again.
        if (isGivenUp) return;
        waiting = answerAdded(context, group, id, added);
      }
    });
    for (const message of waiting) answers.reject(message, unavailable("the send could not be added"));
  } catch (error) {
    isGivenUp = true;
    if (hasCode(error, "VOLLEY_REDIS_FULL")) waiting = await answerKnown(context, await answered());
    for (const message of waiting) answers.reject(message, error);
  }
}

/**
 * Finds the send that a message travels in already, without adding anything.
 *
 * @returns `null` when there is none
 * @throws ProducerError `VOLLEY_IDEMPOTENCY_CONFLICT` when its key stands for something else
 */
export async function findCoalesced(
  context: EnqueueContext,
  region: string,
  own: MessageClaim,
): Promise<Coalesced | null> {
  const found = await findClaim(context, { id: own.id, region });
  if (found === undefined) return null;
  const id = sendOfClaim(own, found);
  return { id, region, alreadyEnqueued: true, warnings: await warnOfNoWorker(context.served, region) };
}

/** One try to add the messages that wait. */
async function addGroup(
  context: EnqueueContext,
  { kind, messages }: Group,
  id: string,
  stillWanted: StillWanted,
): Promise<Added> {
  const sendAt = sendAtOf(kind.template);
  const leadMs = await context.served.leadMs(kind.region, sendAt);
  const delayMs = delayOf({ sendAt }, leadMs, context.now());
  const claims = messages.flatMap(({ claim }) =>
    claim ? [[claim.id, { print: claim.print, what: id }] as const] : [],
  );
  const { region } = kind;
  const listed = { kind: "coalesced", whole: null, requested: messages.length, valid: messages.length } as const;
  const addition = { region, id, data: sendOf(kind, messages), delayMs, claims: new Map(claims), listed };
  return addOnce(context, { ...addition, ...rememberedFor(context, delayMs) }, stillWanted);
}

/** @returns those who are not answered yet */
function answerAdded(access: QueueAccess, group: Answered, id: string, added: Added): readonly WaitingMessage[] {
  const { kind, messages, answers, warnings } = group;
  if (added.kind === "taken") return answerTaken(access, group, { claims: added.claims, ownId: id });
  if (added.kind !== "added") return messages;
  // The group is on the queue whatever becomes of this, and nobody waits for it.
  if (kind.template.priority === "urgent") void liftPaceHold(access, kind.region);
  const coalesced = { id, region: kind.region, alreadyEnqueued: false, warnings };
  for (const message of messages) answers.resolve(message, { ...coalesced });
  return [];
}

/** Answers those who were enqueued before, when nothing more can be. @returns the others */
async function answerKnown(access: QueueAccess, group: Answered): Promise<readonly WaitingMessage[]> {
  const ids = group.messages.flatMap(({ claim }) => (claim ? [claim.id] : []));
  if (ids.length === 0) return group.messages;
  const claims = await findClaims(access, group.kind.region, ids).catch(() => new Map<string, Claim>());
  return answerTaken(access, group, { claims, ownId: null });
}

/**
 * @param ownId - this group's send: its claims are found when the answer to an earlier request was lost
 * @returns those who have not been enqueued
 */
function answerTaken(
  access: QueueAccess,
  { kind, messages, answers, warnings }: Answered,
  { claims, ownId }: { readonly claims: ReadonlyMap<string, Claim>; readonly ownId: string | null },
): readonly WaitingMessage[] {
  return messages.filter((message) => {
    const found = message.claim ? claims.get(message.claim.id) : undefined;
    if (!message.claim || found === undefined) return true;
    try {
      const id = sendOfClaim(message.claim, found);
      answers.resolve(message, { id, region: kind.region, alreadyEnqueued: id !== ownId, warnings });
    } catch (error) {
      const address = { id: typeof found.what === "string" ? found.what : message.claim.id, region: kind.region };
      const named = namingDifferences(access, address, kind.template, error);
      void named.then((thrown) => answers.reject(message, thrown));
    }
    return false;
  });
}

/**
 * The send that a claim names. An ordinary send under the same key is of other content whatever is in it, so that each
 * finds the other in its way and neither goes twice.
 *
 * @throws ProducerError when it is of other content
 */
function sendOfClaim(own: MessageClaim, { print, what }: Claim): string {
  if (typeof what !== "string") throw conflict(differingCounts(what, { requested: 1 }));
  if (print !== own.print) throw conflict();
  return what;
}

function sendOf({ template, keys }: GroupKind, messages: readonly WaitingMessage[]): Send {
  const parameters = keys.map((key, place) => [
    key,
    Object.fromEntries(messages.map(({ recipient, values }) => [recipient, values[place] ?? ""])),
  ]);
  const to = messages.map(({ recipient }) => recipient);
  return { ...template, to, ...(keys.length > 0 && { parameters: Object.fromEntries(parameters) }) };
}
