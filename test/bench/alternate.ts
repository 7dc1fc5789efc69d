/** One measured round of something: a rate, or a duration. */
export type OneRound = () => Promise<number>;

/** What all rounds of both came to, in their order. */
export type Alternated = { readonly ours: readonly number[]; readonly baseline: readonly number[] };

/**
 * Runs ours and the baseline in turns, after one round of each that warms up and counts for nothing. Who goes first
 * changes with every round, so that neither always finds the machine as the other has left it.
 */
export async function alternate(rounds: number, ours: OneRound, baseline: OneRound): Promise<Alternated> {
  await ours();
  await baseline();
  const measured: { ours: number[]; baseline: number[] } = { ours: [], baseline: [] };
  for (let round = 0; round < rounds; round += 1) {
    const isOursFirst = round % 2 === 0;
    if (isOursFirst) measured.ours.push(await ours());
    measured.baseline.push(await baseline());
    if (!isOursFirst) measured.ours.push(await ours());
  }
  return measured;
}
