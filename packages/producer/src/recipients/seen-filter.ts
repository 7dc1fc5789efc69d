/** Remembers strings in a fixed amount of memory, and is sometimes wrong in one direction. */
export type SeenFilter = {
  /** What it takes of memory. */
  readonly bytes: number;
  /**
   * Adds strings.
   *
   * @param joined - at least one string, all of ASCII as recipients are, with {@link SEPARATOR} between and in none of them
   * @param isNew - receives 1 for each that was certainly not there before, and 0 for one that perhaps was
   */
  readonly add: (joined: string, isNew: Uint8Array) => void;
  /** Forgets all. */
  readonly clear: () => void;
};

/** What stands between two strings, as between the recipients of a piece. */
export const SEPARATOR = ",";

const SEPARATOR_CODE = SEPARATOR.charCodeAt(0);

/** Bytes of the first strings; it grows with them. */
const FIRST_BYTES = 32 * 1_024;

/** A block is four words of 32 bits. */
const BYTES_PER_BLOCK = 16;

/** Where the two hashes begin. */
const FIRST_SEED = 0x811c9dc5 | 0;
const SECOND_SEED = 0x9747b28c | 0;

/** The golden ratio in 32 bits, the multiplier of Fibonacci hashing (Knuth, volume 3, 6.4). */
const GOLDEN_RATIO = 0x9e3779b1;

/**
 * A blocked Bloom filter: a string sets two bits in each of the four words of one block. Eight words with one bit each,
 * as Apache Parquet has it, are wrong a little less often and take half as long again.
 *
 * Its time goes into reading characters and into waiting for memory, one block per string. A string is asked what it is
 * made of for each of its characters, a buffer is not, so the strings come joined and are copied into one at once. And all
 * places are computed first, then the blocks are read in a loop so short that the processor waits for many of them at
 * once, and only then looked at.
 *
 * @param bytes - a power of two
 */
export function createSeenFilter(bytes: number): SeenFilter {
  const words = new Int32Array(bytes / Int32Array.BYTES_PER_ELEMENT);
  const lastBlock = bytes / BYTES_PER_BLOCK - 1;
  let characters = Buffer.alloc(FIRST_BYTES);
  let places = createPlaces(FIRST_BYTES);
  // What is read and never used would not be read.
  let fetched = 0;
  return {
    bytes,
    add: (joined, isNew) => {
      if (characters.length <= joined.length) {
        characters = Buffer.alloc(2 * joined.length + 1);
        places = createPlaces(characters.length);
      }
      characters.write(joined, "latin1");
      const { blocks, marks } = places;
      const count = findPlaces(characters.subarray(0, joined.length), lastBlock, places);
      for (let index = 0; index < count; index += 1) fetched ^= words[(blocks[index] ?? 0) << 2] ?? 0;
      for (let index = 0; index < count; index += 1) {
        isNew[index] = setBits(words, (blocks[index] ?? 0) << 2, marks[index] ?? 0);
      }
    },
    clear: () => void words.fill(0),
  };
}

/** Which block a string belongs to, and from which the bits in it follow. */
type Places = { readonly blocks: Int32Array; readonly marks: Int32Array };

/** @param characters - of the strings and what is between them, so that there are less strings than that, or one */
function createPlaces(characters: number): Places {
  return { blocks: new Int32Array(characters), marks: new Int32Array(characters) };
}

/** Two multiplicative hashes of all characters, mixed with one another at the end. @returns how many strings there are */
function findPlaces(characters: Uint8Array, lastBlock: number, { blocks, marks }: Places): number {
  const { length } = characters;
  let count = 0;
  let a = FIRST_SEED;
  let b = SECOND_SEED;
  for (let at = 0; at <= length; at += 1) {
    const code = at < length ? (characters[at] ?? 0) : SEPARATOR_CODE;
    if (code === SEPARATOR_CODE) {
      a = mix(a) + b;
      b = mix(b) + a;
      blocks[count] = mix(a) & lastBlock;
      marks[count] = mix(b);
      count += 1;
      a = FIRST_SEED;
      b = SECOND_SEED;
    } else {
      a = Math.imul(a ^ code, 0x01000193);
      b = Math.imul(b ^ code, 0x5bd1e995);
    }
  }
  return count;
}

function mix(hash: number): number {
  let mixed = hash ^ (hash >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

/** Written out without a loop, which would take a third longer. @returns 1 when a bit was not set before */
function setBits(words: Int32Array, at: number, mark: number): 0 | 1 {
  // A shift looks at the lowest five bits of its distance only.
  const rest = Math.imul(mark, GOLDEN_RATIO);
  const missing =
    addBits(words, at, (1 << mark) | (1 << (mark >>> 5))) |
    addBits(words, at + 1, (1 << (mark >>> 10)) | (1 << (mark >>> 15))) |
    addBits(words, at + 2, (1 << (mark >>> 20)) | (1 << (mark >>> 25))) |
    addBits(words, at + 3, (1 << (rest >>> 27)) | (1 << (rest >>> 22)));
  return missing === 0 ? 0 : 1;
}

/** @returns those of the bits that were not set before */
function addBits(words: Int32Array, at: number, bits: number): number {
  const word = words[at] ?? 0;
  words[at] = word | bits;
  return bits & ~word;
}
