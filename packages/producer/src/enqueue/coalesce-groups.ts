import { LIMITS } from "@volley/contract";
import type { Template } from "./coalesce-message.ts";
import type { NoWorkerWarning, PastWarning } from "../region/send-warnings.ts";

/** Where coalesced messages are. */
export type Coalesced = {
  /** The ID of the send that the message travels in, together with others. */
  readonly id: string;
  readonly region: string;
  /** Whether an earlier call with the same key and content had enqueued it. */
  readonly alreadyEnqueued: boolean;
  /**
   * What somebody should know about it: `VOLLEY_NO_WORKER` when no worker has ever worked on its region,
   * `VOLLEY_SEND_AT_PASSED` when it goes out at once though it has a `send_at`.
   */
  readonly warnings: readonly (NoWorkerWarning | PastWarning)[];
};

/** What keeps a message from being enqueued twice. */
export type MessageClaim = {
  /** Of the region and the idempotency key. */
  readonly id: string;
  /** Of the whole message. */
  readonly print: string;
};

/** A message whose caller waits for it to be queued. */
export type WaitingMessage = {
  readonly recipient: string;
  /** In the order of its group's keys. */
  readonly values: readonly string[];
  /** `null` without an idempotency key. */
  readonly claim: MessageClaim | null;
  readonly resolve: (coalesced: Coalesced) => void;
  readonly reject: (error: unknown) => void;
};

/** How the caller of a message is answered. */
export type Answers = {
  readonly resolve: (message: WaitingMessage, coalesced: Coalesced) => void;
  readonly reject: (message: WaitingMessage, error: unknown) => void;
};

/** What messages must have in common to travel together. */
export type GroupKind = {
  readonly region: string;
  readonly template: Template;
  /** The placeholders that every message has a value for, sorted. */
  readonly keys: readonly string[];
  /** Of template and keys. */
  readonly fingerprint: string;
};

/** Messages that travel together: one send. */
export type Group = { readonly kind: GroupKind; readonly messages: readonly WaitingMessage[] };

/** Calls back after a while. @returns what keeps it from doing so */
export type Schedule = (callback: () => void, delayMs: number) => () => void;

/** The groups that still take messages. */
export type Groups = {
  /** What the groups under a name have in common, while one of them is open. */
  readonly kindOf: (name: string) => GroupKind | undefined;
  readonly join: (name: string, kind: GroupKind, message: WaitingMessage) => void;
  readonly flushAll: () => void;
};

type OpenGroup = {
  readonly name: string;
  readonly kind: GroupKind;
  readonly messages: WaitingMessage[];
  /** Recipients and the IDs of claims. No recipient looks like one of those. */
  readonly taken: Set<string>;
  characters: number;
  readonly stopTimer: () => void;
};

/** More groups than this are not kept open: the oldest is flushed before its time. */
const MOST_OPEN_GROUPS = 1_000;

/** Characters of values in one group. With the longest values, a thousand recipients would make a job of many megabytes. */
const MOST_CHARACTERS = 1_000_000;

/**
 * Gathers messages into groups. A group is flushed when it is full, and `lingerMs` after it was opened. No recipient is
 * twice in one group: Sinch takes one value per recipient and placeholder, and both messages are to be sent. Neither is an
 * idempotency key: which of the two messages is the first one is decided in Redis.
 *
 * @param flush - is given every group once
 */
export function createGroups(lingerMs: number, schedule: Schedule, flush: (group: Group) => void): Groups {
  const byName = new Map<string, OpenGroup[]>();
  // In the order in which they were opened.
  const all = new Set<OpenGroup>();
  const close = (group: OpenGroup): void => {
    const others = (byName.get(group.name) ?? []).filter((other) => other !== group);
    if (others.length > 0) byName.set(group.name, others);
    else byName.delete(group.name);
    all.delete(group);
    group.stopTimer();
    flush(group);
  };
  const open = (name: string, kind: GroupKind): OpenGroup => {
    const [oldest] = all;
    if (oldest && all.size >= MOST_OPEN_GROUPS) close(oldest);
    const group: OpenGroup = {
      name,
      kind,
      messages: [],
      taken: new Set(),
      characters: 0,
      stopTimer: schedule(() => close(group), lingerMs),
    };
    all.add(group);
    byName.set(name, [...(byName.get(name) ?? []), group]);
    return group;
  };
  return {
    kindOf: (name) => byName.get(name)?.[0]?.kind,
    join: (name, kind, message) => {
      const group = byName.get(name)?.find(({ taken }) => mayJoin(taken, message)) ?? open(name, kind);
      group.messages.push(message);
      group.taken.add(message.recipient);
      if (message.claim) group.taken.add(message.claim.id);
      for (const value of message.values) group.characters += value.length;
      if (isFull(group)) close(group);
    },
    flushAll: () => {
      for (const group of all) close(group);
    },
  };
}

function mayJoin(taken: ReadonlySet<string>, { recipient, claim }: WaitingMessage): boolean {
  return !taken.has(recipient) && !(claim && taken.has(claim.id));
}

function isFull({ messages, characters }: OpenGroup): boolean {
  return messages.length >= LIMITS.recipientsPerBatch || characters >= MOST_CHARACTERS;
}
