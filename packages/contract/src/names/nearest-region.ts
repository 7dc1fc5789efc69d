import { nearestField } from "../problems/nearest-field.ts";

/**
 * The region that somebody meant by another name: one with the same letters in another order (`ue` for `eu`), or one that is
 * near in spelling.
 *
 * @returns `undefined` when none is
 */
export function nearestRegion(name: string, regions: readonly string[]): string | undefined {
  const letters = sorted(name);
  return regions.find((region) => sorted(region) === letters) ?? nearestField(name, regions);
}

function sorted(name: string): string {
  return name.split("").toSorted().join("");
}
