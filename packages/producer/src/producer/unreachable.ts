import { HOME, type Store } from "./stores.ts";

/** Regions of which nothing is said. */
export type Unreachable = { readonly unreachable?: readonly string[] };

/** Says which regions are missing in an answer. @returns nothing where none is */
export function unreachableOf(stores: readonly Store[]): Unreachable {
  if (stores.length === 0) return {};
  return { unreachable: stores.flatMap(({ name, regions }) => (name === HOME ? ["home"] : regions)) };
}
