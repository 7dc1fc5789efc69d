/** What a byte of JSON belongs to, and what the next one does. */
type Step = { readonly isKept: boolean; readonly next: (byte: number) => Step };

const [QUOTE, BACKSLASH, COLON] = [0x22, 0x5c, 0x3a];
const WHITESPACE: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d]);
const OPENING: ReadonlySet<number> = new Set([0x7b, 0x5b]);
const CLOSING: ReadonlySet<number> = new Set([0x7d, 0x5d]);

/** What stands in the place of what was dropped. */
const NULL = Buffer.from("null");

/**
 * Drops a member of JSON objects while the JSON comes in, at whatever depth it stands: what is an object or a list becomes
 * null. So the part of a long answer that nobody reads costs no memory. What is no JSON passes through, more or less.
 *
 * @param member - its name, of ASCII; one that is written with escapes is not known again and stays
 * @returns takes the next bytes and gives those that are left of them
 */
export function createJsonSieve(member: string): (chunk: Buffer) => Buffer {
  let step = firstStep(Buffer.from(JSON.stringify(member)));
  return (chunk) => {
    const kept: Buffer[] = [];
    let keptFrom = 0;
    for (let index = 0; index < chunk.length; index += 1) {
      const next = step.next(chunk[index] ?? 0);
      if (next.isKept && !step.isKept) keptFrom = index;
      if (!next.isKept && step.isKept) kept.push(chunk.subarray(keptFrom, index), NULL);
      step = next;
    }
    if (step.isKept) kept.push(chunk.subarray(keptFrom));
    // Copied, so that what is left does not hold the memory of all that came.
    return Buffer.concat(kept);
  };
}

/** The states of the sieve: in what is kept, in a text there, behind the name, and in what is dropped. */
function firstStep(name: Buffer): Step {
  /** So many bytes of the name have come; -1 in a text that is another. */
  let matched = 0;
  let depth = 0;

  const outside: Step = { isKept: true, next: (byte) => (byte === QUOTE ? ((matched = 1), text) : outside) };
  const text: Step = {
    isKept: true,
    next: (byte) => {
      matched = matched >= 0 && byte === name[matched] ? matched + 1 : -1;
      if (byte === BACKSLASH) return escape;
      if (byte !== QUOTE) return text;
      return matched === name.length ? named : outside;
    },
  };
  const escape: Step = { isKept: true, next: () => text };
  const named: Step = {
    isKept: true,
    next: (byte) => (byte === COLON ? colon : WHITESPACE.has(byte) ? named : outside.next(byte)),
  };
  const colon: Step = {
    isKept: true,
    next: (byte) => {
      if (WHITESPACE.has(byte)) return colon;
      if (!OPENING.has(byte)) return outside.next(byte);
      depth = 1;
      return inside;
    },
  };
  const inside: Step = {
    isKept: false,
    next: (byte) => {
      if (byte === QUOTE) return innerText;
      if (OPENING.has(byte)) depth += 1;
      else if (CLOSING.has(byte)) depth -= 1;
      return depth === 0 ? dropped : inside;
    },
  };
  const innerText: Step = {
    isKept: false,
    next: (byte) => (byte === QUOTE ? inside : byte === BACKSLASH ? innerEscape : innerText),
  };
  const innerEscape: Step = { isKept: false, next: () => innerText };
  const dropped: Step = { isKept: false, next: outside.next };
  return outside;
}
