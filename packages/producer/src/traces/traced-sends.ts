import { MOST_FEW } from "./few-index.ts";
import { DIGEST_BYTES } from "./own-digest.ts";
import type { QueueAccess } from "../redis/queue-access.ts";
import type { FewEntry, Remembered, RememberedIn } from "./remembered.ts";
import { expireTrace, writeTrace } from "./trace.ts";
import type { TraceChunk } from "./trace-chunk.ts";
import { forget, remember, type TextMemory, type WrittenDown } from "./trace-index.ts";

/** A list as it is read into traces. */
export type ChunkedList = { readonly size: number; readonly chunks: () => AsyncIterable<TraceChunk> };

/** Sends of one text on their way to their queues, as they are remembered. */
export type TracedSends = {
  /** Reads whom a send texts. Nobody sees it before it is announced, and what is in Redis by then expires. */
  readonly add: (send: Remembered, list: ChunkedList) => Promise<void>;
  /** Writes down what was added. @returns what was there before */
  readonly announce: (keepMs: number) => Promise<TextMemory>;
  /** Says that a send goes to no more than some of those who were written down. */
  readonly narrow: (id: string, list: ChunkedList) => Promise<void>;
  /** Forgets sends. What cannot be forgotten now is found to be nobody's later. @param id - by default all of them */
  readonly withdraw: (id?: string) => Promise<void>;
};

type Held = { readonly sent: RememberedIn; readonly written: WrittenDown | null };

/** Creates them. @param unseenMs - how long a trace lives that is in no index, in milliseconds */
export function createTracedSends(access: QueueAccess, text: string, unseenMs: number): TracedSends {
  let held: Held[] = [];
  const read = async (send: Remembered, list: ChunkedList): Promise<RememberedIn> => {
    if (list.size <= MOST_FEW) return { kind: "few", send, entries: await entriesOf(list) };
    return { kind: "trace", send, trace: await writeTrace(access, list.chunks(), unseenMs) };
  };
  const narrowed = async ({ sent, written }: Held, list: ChunkedList): Promise<Held> => {
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
  const drop = async ({ sent, written }: Held): Promise<void> => {
    if (written) await forget(access, written, sent).catch(() => {});
    if (sent.kind === "trace") await expireTrace(access, sent.trace, 0).catch(() => {});
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
      await Promise.all(meant.map(drop));
      held = held.filter((each) => !meant.includes(each));
    },
  };
}

async function entriesOf({ chunks }: ChunkedList): Promise<FewEntry[]> {
  const entries: FewEntry[] = [];
  for await (const { count, numberAt, digestAt, digests, groups } of chunks()) {
    for (let place = 0; place < count; place += 1) {
      const at = digestAt(place);
      entries.push({ recipient: String(numberAt(place)), digest: digests.toString("hex", at, at + DIGEST_BYTES) });
    }
    for (const [recipient, digest] of groups) entries.push({ recipient, digest: digest.toString("hex") });
  }
  return entries;
}
