const ZERO = "0".charCodeAt(0);

/** Digits whose value the processor keeps as an integer. */
const INTEGER_DIGITS = 9;

/**
 * Recipients as integers, in their order: `NaN` for a group. Whoever looks up or packs each recipient of each request reads them
 * once.
 *
 * @param recipients - as they go over the wire: numbers of at most 15 digits, and groups
 */
export function valuesOfNumbers(recipients: readonly string[]): Float64Array {
  const values = new Float64Array(recipients.length);
  for (let place = 0; place < recipients.length; place += 1) values[place] = valueOf(recipients[place] ?? "");
  return values;
}

/** Digit by digit, in two integers of up to nine, which takes a fifth of the time of `Number`. */
function valueOf(number: string): number {
  const { length } = number;
  let first = 0;
  let last = 0;
  let place = 0;
  for (; place < length - INTEGER_DIGITS; place += 1) {
    const digit = number.charCodeAt(place) - ZERO;
    if (digit < 0 || digit > 9) return Number.NaN;
    first = first * 10 + digit;
  }
  for (; place < length; place += 1) {
    const digit = number.charCodeAt(place) - ZERO;
    if (digit < 0 || digit > 9) return Number.NaN;
    last = (Math.imul(last, 10) + digit) | 0;
  }
  return first * 1_000_000_000 + last;
}
