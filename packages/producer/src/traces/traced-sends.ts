import { MOST_FEW } from "./few-index.ts";
import { DIGEST_BYTES, type OwnDigest } from "./own-digest.ts";
import type { QueueAccess } from "../redis/queue-access.ts";
import type { FewEntry, Remembered, RememberedIn } from "./remembered.ts";
import { expireTrace, writeTrace } from "./trace.ts";
import { chunksOf, type TraceChunk, type TracedList } from "./trace-chunk.ts";
import { forget, remember, type TextMemory, type WrittenDown } from "./trace-index.ts";

/** Sends of one text on their way to their queues, as they are remembered. */
export type TracedSends = {
  /** Reads whom a send texts. Nobody sees it before it is announced, and what is in Redis by then expires. */
  readonly add: (send: Remembered, list: TracedList) => Promise<void>;
  /** Writes down what was added. @returns what was there before */
  readonly announce: (keepMs: number) => Promise<TextMemory>;
  /** Says that a send goes to no more than some of those who were written down. */
  readonly narrow: (id: string, list: TracedList) => Promise<void>;
  /** Forgets sends. What cannot be forgotten now is found to be nobody's later. @param id - by default all of them */
  readonly withdraw: (id?: string) => Promise<void>;
};

type Held = { readonly sent: RememberedIn; readonly written: WrittenDown | null };

/**
 * Creates them.
 *
 * @param digestOf - `null` where nothing is a recipient's own
 * @param unseenMs - how long a trace lives that is in no index, in milliseconds
 */
export function createTracedSends(
  access: QueueAccess,
  text: string,
  digestOf: OwnDigest | null,
  unseenMs: number,
): TracedSends {
  let held: Held[] = [];
  const read = async (send: Remembered, list: TracedList): Promise<RememberedIn> => {
    const chunks = chunksOf(list, digestOf);
    if (list.size <= MOST_FEW) return { kind: "few", send, entries: await entriesOf(chunks) };
    return { kind: "trace", send, trace: await writeTrace(access, chunks, unseenMs) };
  };
  const narrowed = async ({ sent, written }: Held, list: TracedList): Promise<Held> => {
    if (written === null) return { sent, written };
    const { send } = sent;
    const rest = await read(send, list);
    if (sent.kind === "few") {
      const left = new Set(rest.kind === "few" ? rest.entries.map(({ recipient }) => recipient) : []);
      const isLeft = ({ recipient }: FewEntry): boolean => left.has(recipient);
      await forget(access, written, { ...sent, entries: sent.entries.filter((entry) => !isLeft(entry)) });
      return { sent: { ...sent, entries: sent.entries.filter(isLeft) }, written };
    }
    const { clock } = await remember(access, text, [rest], written.keepMs);
    await forget(access, written, sent);
    // Whoever was told of this trace before may still look into it.
    await expireTrace(access, sent.trace, unseenMs);
    return { sent: rest, written: { ...written, clock } };
  };
  return {
    add: async (send, list) => void held.push({ sent: await read(send, list), written: null }),
    announce: async (keepMs) => {
      const memory = await remember(
        access,
        text,
        held.map(({ sent }) => sent),
        keepMs,
      );
      held = held.map(({ sent }) => ({ sent, written: { text, clock: memory.clock, keepMs } }));
      return memory;
    },
    narrow: async (id, list) => {
      held = await Promise.all(held.map(async (each) => (each.sent.send.id === id ? narrowed(each, list) : each)));
    },
    withdraw: async (id) => {
      const meant = held.filter(({ sent }) => id === undefined || sent.send.id === id);
      await Promise.all(meant.map(async (each) => drop(access, each)));
      held = held.filter((each) => !meant.includes(each));
    },
  };
}

async function drop(access: QueueAccess, { sent, written }: Held): Promise<void> {
  if (written) await forget(access, written, sent).catch(() => {});
  if (sent.kind === "trace") await expireTrace(access, sent.trace, 0).catch(() => {});
}

async function entriesOf(chunks: AsyncIterable<TraceChunk>): Promise<FewEntry[]> {
  const entries: FewEntry[] = [];
  for await (const { count, numberAt, digestAt, digests, groups } of chunks) {
    for (let place = 0; place < count; place += 1) {
      const at = digestAt(place);
      entries.push({ recipient: String(numberAt(place)), digest: digests.toString("hex", at, at + DIGEST_BYTES) });
    }
    for (const [recipient, digest] of groups) entries.push({ recipient, digest: digest.toString("hex") });
  }
  return entries;
}
