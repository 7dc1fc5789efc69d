/** Which numbers are suppressed in which scopes, in as little memory as it takes. */
export type CompactSet = {
  readonly size: () => number;
  readonly add: (token: number, scope: number) => void;
  readonly remove: (token: number, scope: number) => void;
  /** The places of those who are in it, in one of the scopes for which `applies` says so. */
  readonly among: (tokens: Float64Array, applies: (scope: number) => boolean) => number[];
  /** Bytes that it takes. */
  readonly bytes: () => number;
};

/** The fullest that a table gets: beyond it looking for somebody who is not there takes many steps. */
const FULLEST = 0.7;
const FIRST_SLOTS = 1_024;
const EMPTY = 0;

/**
 * Beside each slot there are four marks, of which each token sets three. Hardly anybody who is looked up is in the table, and nearly
 * all of them miss a mark: that is seen in a twentieth of its memory, which the processor has at hand.
 */
type Table = { readonly tokens: Float64Array; readonly scopes: Uint16Array; readonly marks: Int32Array };

/**
 * A hash table with open addressing: 10.5 bytes for each slot, 15 to 30 for each entry.
 */
export function createCompactSet(): CompactSet {
  let table = tableOf(FIRST_SLOTS);
  let size = 0;
  let scratch = scratchFor(0);

  const grow = (): void => {
    const larger = tableOf(table.tokens.length * 2);
    for (const [slot, token] of table.tokens.entries()) {
      if (token !== EMPTY) put(larger, token, table.scopes[slot] ?? 0);
    }
    table = larger;
  };

  return {
    size: () => size,
    add: (token, scope) => {
      if (size >= table.tokens.length * FULLEST) grow();
      if (put(table, token, scope)) size += 1;
    },
    remove: (token, scope) => {
      const slot = slotOf(table, token, scope);
      if (table.tokens[slot] === EMPTY) return;
      size -= 1;
      closeGap(table, slot);
    },
    among: (wanted, applies) => {
      const { marks } = table;
      const last = marks.length - 1;
      const count = wanted.length;
      if (count > scratch.hashes.length) scratch = scratchFor(count);
      const { hashes, words, likely } = scratch;
      // First all hashes, then all marks, then who has them, each in a loop of a few instructions without a branch: the processor
      // then waits for many places of its memory at once. Here and not in functions of their own: each number that is handed over
      // would be put into memory first.
      for (let place = 0; place < count; place += 1) hashes[place] = hashOf(wanted[place] ?? EMPTY);
      for (let place = 0; place < count; place += 1) words[place] = marks[(hashes[place] ?? 0) & last] ?? 0;
      let found = 0;
      for (let place = 0; place < count; place += 1) {
        likely[found] = place;
        found += (marksOf(hashes[place] ?? 0) & ~(words[place] ?? 0)) === 0 ? 1 : 0;
      }
      const places: number[] = [];
      for (let each = 0; each < found; each += 1) {
        const place = likely[each] ?? 0;
        if (isIn(table, wanted[place] ?? EMPTY, applies)) places.push(place);
      }
      return places;
    },
    bytes: () => table.tokens.byteLength + table.scopes.byteLength + table.marks.byteLength,
  };
}

/** Room for what is reckoned of so many tokens. */
function scratchFor(tokens: number) {
  return { hashes: new Int32Array(tokens), words: new Int32Array(tokens), likely: new Uint32Array(tokens) };
}

/** Where an entry is, or the empty slot where it would be. */
function slotOf({ tokens, scopes }: Table, token: number, scope: number): number {
  const last = tokens.length - 1;
  let slot = homeOf(token, last);
  while (tokens[slot] !== EMPTY && !(tokens[slot] === token && scopes[slot] === scope)) slot = (slot + 1) & last;
  return slot;
}

/** @returns whether it was not there */
function put(into: Table, token: number, scope: number): boolean {
  const slot = slotOf(into, token, scope);
  if (into.tokens[slot] !== EMPTY) return false;
  into.tokens[slot] = token;
  into.scopes[slot] = scope;
  mark(into, hashOf(token));
  return true;
}

/** Whoever comes behind a slot that becomes empty moves up, where it would not be found any more. */
function closeGap({ tokens, scopes }: Table, from: number): void {
  const last = tokens.length - 1;
  let gap = from;
  for (let slot = (gap + 1) & last; tokens[slot] !== EMPTY; slot = (slot + 1) & last) {
    const token = tokens[slot] ?? EMPTY;
    const distance = (slot - homeOf(token, last)) & last;
    if (distance < ((slot - gap) & last)) continue;
    tokens[gap] = token;
    scopes[gap] = scopes[slot] ?? 0;
    gap = slot;
  }
  tokens[gap] = EMPTY;
}

function tableOf(slots: number): Table {
  return { tokens: new Float64Array(slots), scopes: new Uint16Array(slots), marks: new Int32Array(slots / 8) };
}

/** Marks outlive their token until the table grows: then they are for nobody, and cost a look. */
function mark({ marks }: Table, hash: number): void {
  const at = hash & (marks.length - 1);
  marks[at] = (marks[at] ?? 0) | marksOf(hash);
}

function isIn({ tokens, scopes }: Table, token: number, applies: (scope: number) => boolean): boolean {
  const last = tokens.length - 1;
  for (let slot = homeOf(token, last); tokens[slot] !== EMPTY; slot = (slot + 1) & last) {
    if (tokens[slot] === token && applies(scopes[slot] ?? 0)) return true;
  }
  return false;
}

/** Three of the 32 marks of a word, by the bits of a hash that hardly say which word it is. */
function marksOf(hash: number): number {
  return (1 << (hash >>> 17)) | (1 << (hash >>> 22)) | (1 << (hash >>> 27));
}

/** @param last - the number of slots, a power of two, less one */
function homeOf(token: number, last: number): number {
  return hashOf(token) & last;
}

function hashOf(token: number): number {
  const mixed = Math.imul((token >>> 0) ^ Math.imul((token / 2 ** 32) >>> 0, 0x9e3779b1), 0x85ebca6b);
  const again = Math.imul(mixed ^ (mixed >>> 15), 0xc2b2ae35);
  return again ^ (again >>> 13);
}
