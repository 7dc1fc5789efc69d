import type { CoalesceMessage, Producer } from "@volley/producer";
import type { Asked, RedisCrash } from "./asked.ts";
import type { PlannedAsk } from "./chaos-plan.ts";
import { messagesOfAsk } from "./send-of-ask.ts";
import { untilDone } from "./until-done.ts";

/** What a careful service does with messages that travel together: it knows each by its own idempotency key. */
export type CoalescedMessages = {
  readonly ask: (ask: PlannedAsk) => Promise<void>;
  /** Asks once more for every message that was confirmed since a time. @returns how many */
  readonly askAgainSince: (at: number) => Promise<number>;
  /** Looks which messages Redis may have forgotten together with their requests. Called before it is asked again. */
  readonly noteCrash: (crash: RedisCrash, recentSince: number) => void;
  /** The sends that the messages travel in. */
  readonly asked: () => Asked[];
  /**
   * Numbers that may be texted twice, the limit of the guarantee: Redis forgot the message with its request, and the
   * message that was made again travels in another send, under another reference.
   */
  readonly mayBeTwice: () => ReadonlySet<string>;
};

type Message = {
  readonly content: CoalesceMessage;
  readonly key: string;
  readonly region: string;
  askedAt: number;
  /** `null` while it was not confirmed. */
  confirmedAt: number | null;
  id: string | null;
  times: number;
  /** It was confirmed just before a crash that forgot something. */
  isAtRisk: boolean;
  mayBeTwice: boolean;
};

/** Creates it. */
export function createCoalescedMessages(
  producer: Pick<Producer, "coalesce">,
  pause: (ms: number) => Promise<void>,
): CoalescedMessages {
  const messages: Message[] = [];
  const askFor = async (message: Message): Promise<void> => {
    message.askedAt = Date.now();
    message.confirmedAt = null;
    const { content, key: idempotencyKey, region } = message;
    const { id } = await untilDone(async () => producer.coalesce(content, { region, idempotencyKey }), pause);
    // The same send once more is as good as no crash at all.
    if (message.isAtRisk && message.id !== id) message.mayBeTwice = true;
    Object.assign(message, { id, confirmedAt: Date.now(), times: message.times + 1, isAtRisk: false });
  };
  return {
    ask: async (ask) => {
      const added = messagesOfAsk(ask).map((content, index) => newMessage(ask, content, index));
      messages.push(...added);
      await Promise.all(added.map(askFor));
    },
    askAgainSince: async (at) => {
      const recent = messages.filter(({ confirmedAt }) => confirmedAt !== null && confirmedAt >= at);
      await Promise.all(recent.map(askFor));
      return recent.length;
    },
    noteCrash: ({ killedAt, isForgetful }, recentSince) => {
      if (!isForgetful) return;
      for (const message of messages) {
        const { askedAt, confirmedAt } = message;
        if (askedAt > killedAt) continue;
        // An answer that came after the crash, or did not come yet, may be about another send than the first request's.
        if (confirmedAt === null || confirmedAt >= killedAt) message.mayBeTwice = true;
        else if (confirmedAt >= recentSince) message.isAtRisk = true;
      }
    },
    asked: () => sendsOf(messages),
    mayBeTwice: () => new Set(messages.filter(({ mayBeTwice }) => mayBeTwice).map(({ content: { to } }) => to)),
  };
}

function newMessage({ key, region }: PlannedAsk, content: CoalesceMessage, index: number): Message {
  const unasked = { askedAt: 0, confirmedAt: null, id: null, times: 0, isAtRisk: false, mayBeTwice: false };
  return { content, key: `${key}.${index}`, region, ...unasked };
}

function sendsOf(messages: readonly Message[]): Asked[] {
  const sends = new Map<string, Message[]>();
  for (const message of messages)
    if (message.id !== null) sends.set(message.id, [...(sends.get(message.id) ?? []), message]);
  return [...sends].map(([id, together]) => ({
    key: id,
    region: together[0]?.region ?? "",
    id,
    times: Math.max(...together.map(({ times }) => times)),
    confirmedAt: Math.max(...together.map(({ confirmedAt }) => confirmedAt ?? 0)),
    numbers: together.map(({ content: { to } }) => to),
    duplicates: 0,
    invalid: 0,
    hasNames: together[0]?.content.parameters !== undefined,
  }));
}
