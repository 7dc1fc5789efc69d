import { CLAIM_ENQUEUED, claimKey, type Send, sendId } from "@volley/contract";
import { conflict } from "./claim.ts";
import { addWithClaims, type ClaimingSend, loadAddScript } from "./coalesce-add.ts";
import type { Answers, Coalesced, Group, GroupKind, MessageClaim, WaitingMessage } from "./coalesce-groups.ts";
import { delayOf } from "./coalesce-message.ts";
import type { EnqueueSettings } from "./enqueue.ts";
import { liftPaceHold } from "./lift-pace-hold.ts";
import { ProducerError } from "./producer-error.ts";
import type { QueueAccess } from "./queue-access.ts";
import { withFullRedis } from "./redis-budget.ts";
import { warnOfNoWorker } from "./warnings.ts";

/** Tries to add one group: each one but the first follows a claim of another producer, written since the one before. */
const MOST_TRIES = 10;

/**
 * Puts a group on its region's queue as one send, and answers every message of it, whatever happens. A message that was
 * enqueued before, by whomever, is left out.
 */
export async function flushGroup(
  access: QueueAccess,
  settings: EnqueueSettings,
  { kind, messages }: Group,
  answers: Answers,
): Promise<void> {
  let waiting = messages;
  const givenUp = new AbortController();
  const warned = warnOfNoWorker(settings.served, kind.region);
  try {
    await settings.budget.ensure(false);
    await access.link.run(async () => {
      for (let tries = 1; waiting.length > 0 && tries <= MOST_TRIES && !givenUp.signal.aborted; tries += 1) {
        const tried = { kind, messages: waiting, warnings: await warned };
        waiting = await addOrLeaveOut(access, settings, tried, answers, givenUp.signal);
      }
    });
    for (const message of waiting) answers.reject(message, unavailable("the send could not be added"));
  } catch (error) {
    // What was given up must neither be added later nor answered again: whoever called may have called again.
    givenUp.abort();
    const reason = reasonOf(error);
    for (const message of waiting) answers.reject(message, reason);
  }
}

/**
 * Finds the send that a message travels in already, without adding anything.
 *
 * @returns `null` when there is none
 * @throws ProducerError `VOLLEY_IDEMPOTENCY_CONFLICT` when its key stands for something else
 */
export async function findCoalesced(
  { link, prefix }: QueueAccess,
  { served }: EnqueueSettings,
  region: string,
  claim: MessageClaim,
): Promise<Coalesced | null> {
  const found = await link.run(async () => link.connection.get(claimKey(prefix, claim.id)));
  if (found === null) return null;
  const id = sendOfClaim(claim, found);
  return { id, region, alreadyEnqueued: true, warnings: await warnOfNoWorker(served, region) };
}

/** One try. @returns those who are not answered yet */
async function addOrLeaveOut(
  access: QueueAccess,
  settings: EnqueueSettings,
  { kind, messages, warnings }: Group & Pick<Coalesced, "warnings">,
  answers: Answers,
  givenUp: AbortSignal,
): Promise<readonly WaitingMessage[]> {
  const { region } = kind;
  const id = sendId(region);
  const delayMs = delayOf(kind.template, settings.now(), settings.leadMs);
  const keyOf = (claim: MessageClaim): string => claimKey(access.prefix, claim.id);
  const claiming: ClaimingSend = {
    region,
    id,
    send: sendOf(kind, messages),
    delayMs,
    claims: messages.flatMap(({ claim }) => (claim ? [{ key: keyOf(claim), value: valueOf(claim, id) }] : [])),
    ttlMs: delayMs + settings.rememberMs,
  };
  const addition = await addWithClaims(access, claiming, givenUp);
  if (givenUp.aborted) return [];
  if (addition.kind === "added") {
    // The group is on the queue whatever becomes of this, and nobody waits for it.
    if (kind.template.priority === "urgent") void liftPaceHold(access, region);
    for (const message of messages) answers.resolve(message, { id, region, alreadyEnqueued: false, warnings });
    return [];
  }
  if (addition.kind === "script missing") {
    await loadAddScript(access, claiming);
    return messages;
  }
  return messages.filter((message) => {
    const found = message.claim ? addition.values.get(keyOf(message.claim)) : undefined;
    if (found !== undefined) answerTaken(message, found, { id, region, warnings }, answers);
    return found === undefined;
  });
}

/** @param own - this group's send: its claims are found when the answer to an earlier request was lost */
function answerTaken(
  message: WaitingMessage,
  found: string,
  own: Pick<Coalesced, "id" | "region" | "warnings">,
  answers: Answers,
): void {
  try {
    const id = sendOfClaim(message.claim, found);
    answers.resolve(message, { ...own, id, alreadyEnqueued: id !== own.id });
  } catch (error) {
    answers.reject(message, error);
  }
}

/** The send that a claim names, as {@link valueOf} writes it. @throws ProducerError when it is of other content */
function sendOfClaim(own: MessageClaim | null, found: string): string {
  const [, fingerprint, id] = found.split(" ");
  if (id === undefined || fingerprint !== own?.fingerprint) throw conflict(own?.idempotencyKey ?? "");
  return id;
}

/**
 * As `claim.ts` writes it, with the send's ID behind. An ordinary send under the same key has another fingerprint, so that
 * each finds the other's content in its way and neither goes twice.
 */
function valueOf({ fingerprint }: MessageClaim, id: string): string {
  return `${CLAIM_ENQUEUED} ${fingerprint} ${id}`;
}

function sendOf({ template, keys }: GroupKind, messages: readonly WaitingMessage[]): Send {
  const parameters = keys.map((key, place) => [
    key,
    Object.fromEntries(messages.map(({ recipient, values }) => [recipient, values[place] ?? ""])),
  ]);
  const to = messages.map(({ recipient }) => recipient);
  return { ...template, to, ...(keys.length > 0 && { parameters: Object.fromEntries(parameters) }) };
}

/** ioredis gives up a transaction whose connection breaks before its whole answer is there. */
function reasonOf(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  return error.name === "AbortError" ? unavailable("the connection was lost", error) : withFullRedis(error);
}

function unavailable(why: string, cause?: unknown): ProducerError {
  return new ProducerError(
    "VOLLEY_REDIS_UNAVAILABLE",
    `${why}. The same call with the same idempotency key may safely be made again.`,
    { cause },
  );
}
