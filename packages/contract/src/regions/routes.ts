import { z } from "zod";
import { problemsOf, type Problem } from "../problems/problem.ts";
import { REGION_NAME_PATTERN } from "../names/region.ts";

/** More prefixes than all calling codes of the world with their area codes; the table is kept beside every send. */
const MOST_PREFIXES = 10_000;

const regionName = z.string().regex(REGION_NAME_PATTERN, { error: 'the name of a region such as "eu"' });

/** No international number begins with a zero. */
const prefix = z.string().regex(/^[1-9]\d{0,6}$/, { error: "a prefix of 1 to 7 digits that does not begin with 0" });

const routesSchema = z
  .strictObject({
    /** Regions by the digits that a number begins with; the longest one that fits counts. */
    prefixes: z.record(prefix, regionName),
    /** For numbers that no prefix fits, and for groups; without one they are rejected, with the reason `no_route`. */
    default: regionName.nullish(),
  })
  .refine(({ prefixes }) => Object.keys(prefixes).length <= MOST_PREFIXES, {
    path: ["prefixes"],
    error: `at most ${MOST_PREFIXES.toLocaleString("en")} prefixes`,
  })
  .refine((routes) => Object.keys(routes.prefixes).length > 0 || typeof routes.default === "string", {
    path: ["prefixes"],
    error: "at least one prefix or a default",
  });

/** To which region a number goes. */
export type Routes = z.infer<typeof routesSchema>;

/** Either routes, or everything that is wrong with them. */
export type ReadRoutes =
  { readonly ok: true; readonly routes: Routes } | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Reads routes, whoever wrote them.
 *
 * @param data - for example `{ prefixes: { "1": "us", "1204": "ca", "46": "eu" }, default: "eu" }`
 */
export function readRoutes(data: unknown): ReadRoutes {
  const read = routesSchema.safeParse(data);
  if (read.success) return { ok: true, routes: read.data };
  const problems = problemsOf(read.error.issues, data, ["prefixes", "default"]);
  return {
    ok: false,
    problems: problems.map(({ field, message }) => ({ field: field === "send" ? "routes" : field, message })),
  };
}
