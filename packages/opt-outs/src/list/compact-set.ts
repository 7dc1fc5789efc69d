/** Which numbers are suppressed in which scopes, in as little memory as it takes. */
export type CompactSet = {
  readonly size: () => number;
  readonly add: (token: number, scope: number) => void;
  readonly remove: (token: number, scope: number) => void;
  /** Whether a number is in it in one of the scopes for which `applies` says so. */
  readonly has: (token: number, applies: (scope: number) => boolean) => boolean;
  /** Bytes that it takes. */
  readonly bytes: () => number;
};

/** The fullest that a table gets: beyond it looking for somebody who is not there takes many steps. */
const FULLEST = 0.7;
const FIRST_SLOTS = 1_024;
const EMPTY = 0;

type Table = { readonly tokens: Float64Array; readonly scopes: Uint16Array };

/**
 * A hash table with open addressing: 10 bytes for each slot, 15 to 29 for each entry.
 */
export function createCompactSet(): CompactSet {
  let table = tableOf(FIRST_SLOTS);
  let size = 0;

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
    has: (token, applies) => {
      const { tokens, scopes } = table;
      const last = tokens.length - 1;
      for (let slot = homeOf(token, last); tokens[slot] !== EMPTY; slot = (slot + 1) & last) {
        if (tokens[slot] === token && applies(scopes[slot] ?? 0)) return true;
      }
      return false;
    },
    bytes: () => table.tokens.byteLength + table.scopes.byteLength,
  };
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
  return { tokens: new Float64Array(slots), scopes: new Uint16Array(slots) };
}

/** @param last - the number of slots, a power of two, less one */
function homeOf(token: number, last: number): number {
  const mixed = Math.imul((token >>> 0) ^ Math.imul((token / 2 ** 32) >>> 0, 0x9e3779b1), 0x85ebca6b);
  const again = Math.imul(mixed ^ (mixed >>> 15), 0xc2b2ae35);
  return (again ^ (again >>> 13)) & last;
}
