import type { SentTo } from "../duplicates/add-guarded.ts";
import type { RegionStage, RoutedStaging } from "./stage-by-region.ts";

/** The stages that sends of several regions go by. */
export type RoutedRest = Pick<RoutedStaging, "regions"> & {
  /** Removes those that no send has. */
  readonly discard: () => Promise<void>;
};

/**
 * The stages of all regions, in whose place those of the others stand where somebody is left out.
 *
 * @param sentTo - to whom of each region's list, in the order of the regions; empty where nobody was looked for
 */
export function restOf(staging: RoutedStaging, sentTo: readonly SentTo[]): RoutedRest {
  const staged = staging.regions();
  const rests = new Map<string, RegionStage>();
  for (const [index, { region }] of staged.entries()) {
    const to = sentTo[index];
    if (to?.kind === "rest") rests.set(region, { region, stage: to.stage, staged: () => to.recipients });
  }
  const regions = staged.flatMap((each, index) => {
    return sentTo[index]?.kind === "nobody" ? [] : [rests.get(each.region) ?? each];
  });
  return {
    regions: () => regions,
    discard: async () => void (await Promise.all([...rests.values()].map(async ({ stage }) => stage.discard()))),
  };
}
