import type { SentTo } from "./enqueue-guarded.ts";
import type { RegionStage, RoutedStaging } from "./route-staging.ts";

/** The stages that sends of several regions go by. */
export type RoutedRest = Pick<RoutedStaging, "regions" | "release"> & {
  /** Whether a job may point at any of them. */
  readonly mayBeAdded: () => boolean;
  /** Removes those at which none does. */
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
  let isReleased = false;
  return {
    regions: () => regions,
    release: (region) => {
      isReleased = true;
      // The list that a rest was taken from is still to be removed.
      if (!rests.delete(region)) staging.release(region);
    },
    mayBeAdded: () => isReleased,
    discard: async () => void (await Promise.all([...rests.values()].map(async ({ stage }) => stage.discard()))),
  };
}
