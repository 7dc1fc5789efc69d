import { fingerprint, InvalidSendError, sendId, withoutNulls } from "@volley/contract";
import { printOf } from "../claim/claim.ts";
import { type Answers, type Coalesced, createGroups, type GroupKind, type MessageClaim } from "./coalesce-groups.ts";
import {
  type CoalesceMessage,
  type OwnFields,
  readOwnFields,
  requireMessage,
  type Template,
} from "./coalesce-message.ts";
import { ProducerError } from "../terms/producer-error.ts";
import type { EnqueueContext } from "./enqueue-terms.ts";
import { findCoalesced, flushGroup } from "./flush-group.ts";
import { requireKey, requireRegion } from "../terms/require-argument.ts";

/** What a message is coalesced with. */
export type CoalesceOptions = {
  /** The region's name. There is no default: a service plan lives in one region. */
  readonly region: string;
  /**
   * Yours, at most 512 characters: in one region the same key never texts twice. Without one a repeated call is another
   * message.
   */
  readonly idempotencyKey?: string;
  /** Whose it is: messages of two owners never travel together. @default nobody's */
  readonly owner?: string;
};

/** How messages are gathered. */
export type CoalesceSettings = {
  /** How long a message waits for others, in milliseconds. @default 5 */
  readonly lingerMs?: number;
  /** Messages that may wait to be queued at once; one more is refused. @default 100000 */
  readonly maxWaiting?: number;
};

/** Gathers messages to one recipient each into sends. */
export type Coalescer = {
  readonly coalesce: (message: CoalesceMessage, options: CoalesceOptions) => Promise<Coalesced>;
  /** Takes no more messages, and waits until those that wait are answered. */
  readonly close: () => Promise<void>;
};

/** A message that waits takes about a kilobyte of memory. */
const MAX_WAITING = 100_000;

/**
 * Creates a coalescer. Templates are checked once per group, so that a message costs little more than its recipient and
 * values; it has one promise and few objects, because collecting what is gone took most of the time when it had more.
 */
export function createCoalescer(
  of: (region: string) => EnqueueContext,
  now: () => Date,
  { lingerMs = 5, maxWaiting = MAX_WAITING }: CoalesceSettings = {},
): Coalescer {
  const flushes = new Set<Promise<unknown>>();
  let waiting = 0;
  let isClosed = false;
  const answers = answering(() => (waiting -= 1));
  const track = <Answer>(ends: Promise<Answer>): Promise<Answer> => {
    const tracked = ends.finally(() => flushes.delete(tracked));
    flushes.add(tracked);
    return tracked;
  };
  const groups = createGroups(
    lingerMs,
    schedule,
    (group) => void track(flushGroup(of(group.kind.region), group, answers)),
  );
  const accept = (message: CoalesceMessage, options: CoalesceOptions): Promise<Coalesced> => {
    const { region, idempotencyKey, owner = "" } = options;
    requireRegion(region);
    if (idempotencyKey !== undefined) requireKey(idempotencyKey);
    if (isClosed) throw new ProducerError("VOLLEY_PRODUCER_CLOSED", "the producer is closed");
    const place = { region, owner };
    const { name, kind, recipient, values, refusal } = readMessage(place, message, groups.kindOf, now);
    const claim = idempotencyKey === undefined ? null : claimOf(region, idempotencyKey, kind, recipient, values);
    if (waiting >= maxWaiting) throw tooMany(maxWaiting);
    if (refusal && !claim) throw refusal;
    waiting += 1;
    if (refusal && claim)
      return foundOr(refusal, track(findCoalesced(of(region), region, claim).finally(() => (waiting -= 1))));
    return new Promise((resolve, reject) => {
      groups.join(name, kind, { recipient, values, claim, resolve, reject });
    });
  };
  return {
    coalesce: async (message, options) => accept(withoutNulls(message), options),
    close: async () => {
      isClosed = true;
      groups.flushAll();
      await Promise.allSettled(flushes);
    },
  };
}

/** Answers callers, of whom one less waits then. */
function answering(isAnswered: () => void): Answers {
  return {
    resolve: (message, coalesced) => {
      isAnswered();
      message.resolve(coalesced);
    },
    reject: (message, error) => {
      isAnswered();
      message.reject(error);
    },
  };
}

/** A message whose time is over has been enqueued before, or is refused. */
async function foundOr(refusal: InvalidSendError, found: Promise<Coalesced | null>): Promise<Coalesced> {
  const coalesced = await found;
  if (coalesced === null) throw refusal;
  return coalesced;
}

type Place = { readonly region: string; readonly owner: string };

/** Which group a message belongs to, and what is its own. */
function readMessage(
  place: Place,
  message: CoalesceMessage,
  kindOf: (name: string) => GroupKind | undefined,
  now: () => Date,
): Pick<OwnFields, "recipient" | "values"> & {
  readonly name: string;
  readonly kind: GroupKind;
  readonly refusal: InvalidSendError | null;
} {
  const { to, parameters, ...template }: Partial<CoalesceMessage> = message ?? {};
  const own = readOwnFields(to, parameters);
  const name = own && nameOf(place, template, own);
  const known = name === null ? undefined : kindOf(name);
  const refusal = known ? null : requireMessage(message, now());
  // What has no name is no JSON, or has a bad recipient, and was refused one line above.
  if (!own || name === null) throw new InvalidSendError([{ field: "send", message: "expected a JSON object" }]);
  const { recipient, values } = own;
  return { name, kind: known ?? newKind(place.region, name, own), recipient, values, refusal };
}

/** Equal for messages that may travel together. */
function nameOf({ region, owner }: Place, template: object, { keys }: OwnFields): string | null {
  try {
    return JSON.stringify([region, template, keys, owner]);
  } catch {
    return null;
  }
}

/** The template is a copy: the caller may go on to change the object that it came in. */
function newKind(region: string, name: string, { keys }: OwnFields): GroupKind {
  const [, template] = JSON.parse(name) as [string, Template, string[], string];
  return { region, template, keys, fingerprint: fingerprint({ ...template, placeholders: keys }) };
}

function claimOf(
  region: string,
  idempotencyKey: string,
  kind: GroupKind,
  recipient: string,
  values: readonly string[],
): MessageClaim {
  const content = JSON.stringify([kind.fingerprint, recipient, values]);
  return { id: sendId(region, idempotencyKey), print: printOf(content) };
}

function tooMany(maxWaiting: number): ProducerError {
  const count = maxWaiting.toLocaleString("en");
  return new ProducerError(
    "VOLLEY_TOO_MANY_WAITING",
    `${count} messages wait to be queued: await the earlier calls, then make this one again`,
  );
}

function schedule(callback: () => void, delayMs: number): () => void {
  const timer = setTimeout(callback, delayMs);
  return () => clearTimeout(timer);
}
