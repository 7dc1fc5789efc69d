import { createJsonSieve } from "./json-sieve.ts";

/** What is kept of the body of an answer. */
export type AnswerBodyLimits = {
  /** No more than this is kept, after decompression. */
  readonly maxBytes: number;
  /** The member of the answer's JSON that may be left out; where the answer is too long with it, it is dropped as it comes in. */
  readonly spare?: string | undefined;
};

/** The body of an answer that comes in. */
export type AnswerBody = {
  /** @returns whether it is still short enough */
  readonly add: (chunk: Buffer) => boolean;
  readonly text: () => string;
};

/** Collects the body of an answer. */
export function createAnswerBody({ maxBytes, spare }: AnswerBodyLimits): AnswerBody {
  let chunks: Buffer[] = [];
  let bytes = 0;
  let sieve: ((chunk: Buffer) => Buffer) | null = null;
  const keep = (chunk: Buffer): void => {
    chunks.push(chunk);
    bytes += chunk.length;
  };
  return {
    add: (chunk) => {
      keep(sieve ? sieve(chunk) : chunk);
      if (sieve === null && spare !== undefined && bytes > maxBytes) {
        sieve = createJsonSieve(spare);
        const left = chunks.map(sieve);
        chunks = [];
        bytes = 0;
        left.forEach(keep);
      }
      return bytes <= maxBytes;
    },
    text: () => Buffer.concat(chunks).toString(),
  };
}
