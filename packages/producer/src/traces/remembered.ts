/** A send that is remembered for whom it texts. */
export type Remembered = {
  readonly id: string;
  readonly region: string;
  /** The ID of the send that it is a region's share of, where recipients were routed. */
  readonly whole?: string;
  /** When it is enqueued, or due where that is later, in milliseconds by the clock of whoever enqueued it. */
  readonly at: number;
  /** How long it may take until the send is on its queue, in milliseconds; whoever takes longer has died. */
  readonly graceMs: number;
};

/** Its recipients: in a trace, or few enough to stand beside it, each with the digest of what is theirs. */
export type RememberedIn =
  | { readonly kind: "trace"; readonly send: Remembered; readonly trace: string }
  | { readonly kind: "few"; readonly send: Remembered; readonly entries: readonly FewEntry[] };

/** One of few recipients, and the digest of what is theirs in hexadecimal digits. */
export type FewEntry = { readonly recipient: string; readonly digest: string };

/** One that was there before, and when it was written down, in microseconds by Redis' clock. */
export type Earlier = { readonly send: Remembered; readonly clock: number };

/** One whose recipients are in a trace. */
export type EarlierTrace = Earlier & { readonly trace: string };

/** One of few recipients, and their send. */
export type EarlierFew = Earlier & FewEntry;

/** When something is written down and when it is forgotten, as it begins in Redis. */
type Times = { readonly clock: number; readonly endsMs: number };

/** As the index has a send with a trace. */
export function writeTraced({ send, trace }: { readonly send: Remembered; readonly trace: string }): string {
  return `${trace} ${JSON.stringify(send)}`;
}

/** As the index has one of few recipients. */
export function writeFew(send: Remembered, { recipient, digest }: FewEntry): string {
  return `${recipient} ${digest} ${JSON.stringify(send)}`;
}

/** As scripts write down what {@link writeTraced} and {@link writeFew} say. */
export function withTimes({ clock, endsMs }: Times, text: string): string {
  return `${clock} ${endsMs} ${text}`;
}

/** Reads a send with a trace; only this file writes it. */
export function readTraced(member: string): EarlierTrace {
  const [[clock, , trace = ""], json] = wordsOf(member, 3);
  return { send: JSON.parse(json) as Remembered, clock: Number(clock), trace };
}

/** Reads one of few recipients. @returns `null` for one that is to be forgotten */
export function readFew(member: string, nowMs: number): EarlierFew | null {
  const [[clock, endsMs, recipient = "", digest = ""], json] = wordsOf(member, 4);
  if (Number(endsMs) <= nowMs) return null;
  return { send: JSON.parse(json) as Remembered, clock: Number(clock), recipient, digest };
}

/** The first words, and what is behind them. */
function wordsOf(text: string, count: number): [words: string[], rest: string] {
  const words = text.split(" ", count);
  return [words, text.slice(words.join(" ").length + 1)];
}
