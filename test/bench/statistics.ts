/** Smallest, middle and largest of some measured values. */
export type Spread = { readonly min: number; readonly median: number; readonly max: number };

/**
 * The spread of some values. The median of an even number of them is the mean of the two in the middle.
 *
 * @throws RangeError without any value
 */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const [min, max, upper] = [sorted[0], sorted.at(-1), sorted[middle]];
  if (min === undefined || max === undefined || upper === undefined) throw new RangeError("no value was measured");
  const lower = sorted.length % 2 === 0 ? (sorted[middle - 1] ?? upper) : upper;
  return { min, median: (lower + upper) / 2, max };
}

/**
 * What ours comes to in units of the baseline, round by round: both of a round ran one right after the other, so that
 * whatever else the machine did struck both.
 *
 * @throws RangeError when the two have not the same number of rounds
 */
export function pairedRatios(ours: readonly number[], baseline: readonly number[]): number[] {
  if (ours.length !== baseline.length) {
    throw new RangeError(`${ours.length} rounds of ours and ${baseline.length} of the baseline make no pairs`);
  }
  return ours.map((value, round) => value / (baseline[round] ?? NaN));
}
