/** Numbers are sorted by so many bits at once: as many counters as stay in the processor's cache. */
const DIGIT = 2 ** 13;

/** No recipient has more than fifteen digits. */
const MOST = 2 ** 52;

/**
 * The order of numbers, by radix: a third of the time that comparing takes, and what belongs to a number stays where it is.
 *
 * @param numbers - whole and positive
 * @param count - how many of them
 * @returns their positions, that of the smallest one first
 */
export function orderOf(numbers: Float64Array, count: number): Uint32Array {
  let order = Uint32Array.from({ length: count }, (_, position) => position);
  let sorted = new Uint32Array(count);
  const places = new Uint32Array(DIGIT);
  for (let divisor = 1; divisor < MOST; divisor *= DIGIT) {
    const digitAt = (position: number): number => Math.floor((numbers[position] ?? 0) / divisor) % DIGIT;
    places.fill(0);
    for (let position = 0; position < count; position += 1)
      places[digitAt(position)] = (places[digitAt(position)] ?? 0) + 1;
    if (places[digitAt(0)] === count) continue;
    for (let digit = 0, sum = 0; digit < DIGIT; digit += 1) {
      const ofDigit = places[digit] ?? 0;
      places[digit] = sum;
      sum += ofDigit;
    }
    for (const position of order) {
      const digit = digitAt(position);
      const place = places[digit] ?? 0;
      places[digit] = place + 1;
      sorted[place] = position;
    }
    [order, sorted] = [sorted, order];
  }
  return order;
}
