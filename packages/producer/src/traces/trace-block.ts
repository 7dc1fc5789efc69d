import { DIGEST_BYTES } from "./own-digest.ts";
import type { TraceChunk } from "./trace-chunk.ts";

/** Numbers from the first to the last one, as they stand in Redis. */
export type TraceBlock = { readonly first: number; readonly last: number; readonly bytes: Buffer };

/**
 * Bytes of a block. Redis takes its memory in steps, of which one ends at 16 KiB; its own header has six bytes, and is
 * not to need the next step.
 */
const BLOCK_BYTES = 16 * 1_024 - 16;

/** What one recipient may take, so that a million take less than 10 MB with what Redis itself needs for the blocks. */
const BYTES_PER_RECIPIENT = 9.8;

/** The fewest bytes of a digest: two texts to one person pass for one with a probability of 1 to 2^48. */
const FEWEST_DIGEST_BYTES = 6;

/** Seven bits of a number stand in a byte; the eighth says that there are more. */
const MORE = 128;

/** A number of fifteen digits has 50 bits. */
const MOST_NUMBER_BYTES = 8;

/**
 * A chunk in blocks: how many bytes of each digest there are, then each number as what it is more than the one before, and
 * its digest. Numbers stand there in full, in one to three bytes each, and of the digests as many bytes as fit.
 */
export function* packBlocks(chunk: TraceChunk): Generator<TraceBlock> {
  const digestBytes = chunk.digests.length === 0 ? 0 : digestBytesFor(chunk);
  const bytes = Buffer.allocUnsafe(BLOCK_BYTES);
  for (let place = 0; place < chunk.count;) {
    const first = chunk.numberAt(place);
    let before = 0;
    let length = bytes.writeUInt8(digestBytes);
    while (place < chunk.count && length + MOST_NUMBER_BYTES + digestBytes <= BLOCK_BYTES) {
      const number = chunk.numberAt(place);
      length = writeNumber(bytes, length, number - before);
      const digestAt = chunk.digestAt(place);
      for (let byte = 0; byte < digestBytes; byte += 1) bytes[length + byte] = chunk.digests[digestAt + byte] ?? 0;
      length += digestBytes;
      before = number;
      place += 1;
    }
    yield { first, last: before, bytes: Buffer.from(bytes.subarray(0, length)) };
  }
}

/**
 * Finds the numbers of a chunk that are in a block with the same digest.
 *
 * @param onFound - receives the place in the chunk
 */
export function findInBlock(chunk: TraceChunk, block: Uint8Array, onFound: (place: number) => void): void {
  const digestBytes = block[0] ?? 0;
  let number = 0;
  let place = -1;
  for (let at = 1; at < block.length;) {
    let factor = 1;
    let byte = block[at] ?? 0;
    for (; byte >= MORE; at += 1, byte = block[at] ?? 0, factor *= MORE) number += (byte - MORE) * factor;
    number += byte * factor;
    at += 1;
    if (place < 0) place = chunk.placeOf(number);
    while (place < chunk.count && chunk.numberAt(place) < number) place += 1;
    if (place === chunk.count) return;
    if (chunk.numberAt(place) === number && isSameDigest(chunk, place, block.subarray(at, at + digestBytes)))
      onFound(place);
    at += digestBytes;
  }
}

function isSameDigest({ digests, digestAt }: TraceChunk, place: number, digest: Uint8Array): boolean {
  const at = digestAt(place);
  return digest.every((byte, index) => byte === digests[at + index]);
}

/** @returns where it ends */
function writeNumber(bytes: Buffer, at: number, number: number): number {
  let end = at;
  for (let rest = number; ; rest = Math.floor(rest / MORE)) {
    bytes[end] = rest < MORE ? rest : (rest % MORE) + MORE;
    end += 1;
    if (rest < MORE) return end;
  }
}

function digestBytesFor({ count, numberAt }: TraceChunk): number {
  let numberBytes = 0;
  for (let place = 0, before = 0; place < count; place += 1) {
    const number = numberAt(place);
    for (let rest = number - before; rest > 0; rest = Math.floor(rest / MORE)) numberBytes += 1;
    before = number;
  }
  const room = Math.floor(BYTES_PER_RECIPIENT - numberBytes / Math.max(1, count));
  return Math.min(DIGEST_BYTES, Math.max(FEWEST_DIGEST_BYTES, room));
}

/** A block without a number. @returns `null` where it is not in it, `first` 0 where nobody is left */
export function withoutNumber(block: Uint8Array, number: number): TraceBlock | null {
  const digestBytes = block[0] ?? 0;
  // A number that is farther from the one before may take a byte more.
  const bytes = Buffer.alloc(block.length + MOST_NUMBER_BYTES);
  let [length, first, last, isFound] = [bytes.writeUInt8(digestBytes), 0, 0, false];
  for (let at = 1, read = 0; at < block.length; at += digestBytes) {
    const { step, end } = readNumber(block, at);
    at = end;
    read += step;
    isFound ||= read === number;
    if (read === number) continue;
    length = writeNumber(bytes, length, read - last);
    bytes.set(block.subarray(at, at + digestBytes), length);
    length += digestBytes;
    first ||= read;
    last = read;
  }
  return isFound ? { first, last, bytes: bytes.subarray(0, length) } : null;
}

function readNumber(block: Uint8Array, from: number): { readonly step: number; readonly end: number } {
  let [at, step, factor] = [from, 0, 1];
  for (; (block[at] ?? 0) >= MORE; at += 1, factor *= MORE) step += ((block[at] ?? 0) - MORE) * factor;
  return { step: step + (block[at] ?? 0) * factor, end: at + 1 };
}
