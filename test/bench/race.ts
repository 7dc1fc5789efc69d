import { alternate, type OneRound } from "./alternate.ts";
import type { Measurement, ProcessCost, Threshold } from "./measurement.ts";
import { pairedRatios, spreadOf } from "./statistics.ts";

/** Ours against a baseline. */
export type Race = {
  readonly name: string;
  readonly unit: string;
  readonly rounds: number;
  readonly ours: OneRound;
  readonly baselineName: string;
  readonly baseline: OneRound;
  readonly threshold: Threshold | null;
  /** Asked at the end. */
  readonly costs: () => readonly ProcessCost[];
};

/** Runs all rounds of a race. */
export async function runRace(race: Race): Promise<Measurement> {
  const { name, unit, rounds, baselineName, threshold, costs } = race;
  const { ours, baseline } = await alternate(rounds, race.ours, race.baseline);
  return {
    name,
    unit,
    ours: spreadOf(ours),
    baseline: { name: baselineName, spread: spreadOf(baseline) },
    ratio: spreadOf(pairedRatios(ours, baseline)),
    threshold,
    costs: costs(),
  };
}
