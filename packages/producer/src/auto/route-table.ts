import { isGroup, readRoutes, type Routes } from "@volley/contract";
import { ProducerError } from "../terms/producer-error.ts";

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

/** Reads a producer's routes. @throws ProducerError `VOLLEY_INVALID_ROUTES` with everything that is wrong */
export function requireRoutes(routes: Routes | undefined): Routes | null {
  if (routes === undefined) return null;
  const read = readRoutes(routes);
  if (read.ok) return read.routes;
  const problems = read.problems.map(({ field, message }) => `${field}: ${message}`);
  throw new ProducerError("VOLLEY_INVALID_ROUTES", problems.join("\n"));
}
