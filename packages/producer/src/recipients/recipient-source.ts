import { LIMITS, type Send } from "@volley/contract";

/** One recipient: a number or a group ID, alone or with the values that are theirs alone. */
export type RecipientEntry =
  string | { readonly to: string; readonly parameters?: Readonly<Record<string, string>> | undefined };

/** One recipient, or a page of them as a database's cursor gives it. */
export type RecipientPage = RecipientEntry | readonly RecipientEntry[];

/**
 * Recipients in any number: a list, or what yields them one after the other. Pages are nearly twice as fast as single
 * recipients from an async source, where each step costs a turn of its own. A string is no source.
 *
 * A source is read while the call goes on, an array of more than 10,000 too: it is not to be changed before the answer.
 */
export type RecipientSource = object & (Iterable<RecipientPage> | AsyncIterable<RecipientPage>);

/** A send whose recipients may come from anywhere. */
export type SendToMany = Send extends infer Each ? (Each extends Send ? OfEach<Each> : never) : never;

type OfEach<Each extends Send> = Omit<Each, "to"> & { readonly to: RecipientSource };

/** What takes entries. */
export type Taker = {
  /** @returns whether it can take another one before it has caught up */
  readonly take: (entry: unknown) => boolean;
  /** Waits until another one can be taken. */
  readonly catchUp: () => Promise<void>;
};

/** Whether something yields entries; a string does too, but it is one recipient and no list of them. */
export function isSource(to: unknown): to is Iterable<unknown> | AsyncIterable<unknown> {
  return typeof to === "object" && to !== null && (Symbol.iterator in to || Symbol.asyncIterator in to);
}

/** Whether a send travels in its job as it is. Whatever is no list at all is left to the contract to be refused. */
export function isShortList(send: SendToMany): send is Send {
  const to: unknown = Reflect.get(Object(send), "to");
  if (!Array.isArray(to)) return !isSource(to);
  return to.length <= LIMITS.unstagedRecipients && !to.some((entry) => typeof entry === "object" && entry !== null);
}

/** How many recipients a source has; `null` where nobody knows before it is read. An array may hold pages, too. */
export function sizeOf(source: Iterable<unknown> | AsyncIterable<unknown>): number | null {
  return Array.isArray(source) && !Array.isArray(source[0]) ? source.length : null;
}

/**
 * Gives every entry of a source to a taker, one after the other, and never more than it can take. A source that is left
 * before its end is told so, which lets a generator free what it holds.
 *
 * @throws whatever the source, the taker or the signal throws, as it is
 */
export async function giveAll(
  source: Iterable<unknown> | AsyncIterable<unknown>,
  taker: Taker,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (Symbol.iterator in source) {
    // Without an await between two entries: a million of them would take a quarter of a second.
    for (const entry of source) {
      if (Array.isArray(entry)) await givePage(entry, taker);
      else if (!taker.take(entry)) await taker.catchUp();
    }
    return;
  }
  for await (const entry of signal ? endedBy(signal, source) : source) {
    if (Array.isArray(entry)) await givePage(entry, taker);
    else if (!taker.take(entry)) await taker.catchUp();
  }
}

async function givePage(page: readonly unknown[], taker: Taker): Promise<void> {
  for (const entry of page) if (!taker.take(entry)) await taker.catchUp();
}

/** The same source, which ends with the signal's reason even while its next entry does not come. */
function endedBy(signal: AbortSignal, source: AsyncIterable<unknown>): AsyncIterable<unknown> {
  return {
    [Symbol.asyncIterator]: () => {
      const iterator = source[Symbol.asyncIterator]();
      const leave = async (): Promise<IteratorResult<unknown>> => {
        return (await iterator.return?.()) ?? { done: true, value: undefined };
      };
      return { next: async () => nextUnlessAborted(iterator, signal, leave), return: leave };
    },
  };
}

const NOTHING = (): void => {};

async function nextUnlessAborted(
  iterator: AsyncIterator<unknown>,
  signal: AbortSignal,
  leave: () => Promise<unknown>,
): Promise<IteratorResult<unknown>> {
  // One listener per entry, taken away again: a race against one long-lived promise would grow with every entry.
  let stopListening = NOTHING;
  const aborted = new Promise<never>((_, reject) => {
    const onAbort = (): void => {
      // It may be in the middle of something that never ends: nobody waits for it.
      leave().catch(() => {});
      reject(signal.reason);
    };
    stopListening = () => signal.removeEventListener("abort", onAbort);
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return await Promise.race([iterator.next(), aborted]);
  } finally {
    stopListening();
  }
}
