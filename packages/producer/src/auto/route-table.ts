import { isGroup, type Routes } from "@volley/contract";

/** The region of a recipient; `null` where it has none. */
export type RouteTable = (recipient: string) => string | null;

/**
 * Creates the table of routes: the longest prefix that a number begins with says its region.
 *
 * @returns a function that takes normalised recipients
 */
export function createRouteTable({ prefixes, default: fallback = null }: Routes): RouteTable {
  const regions = new Map(Object.entries(prefixes));
  const lengths = [...new Set([...regions.keys()].map(({ length }) => length))].toSorted((a, b) => b - a);
  return (recipient) => {
    // Whom it stands for, and where they are, is not known here.
    if (isGroup(recipient)) return fallback;
    for (const length of lengths) {
      const region = regions.get(recipient.slice(0, length));
      if (region !== undefined) return region;
    }
    return fallback;
  };
}
