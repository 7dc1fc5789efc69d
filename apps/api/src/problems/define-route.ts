import { z } from "zod";
import type { Route, RouteTerms } from "../terms/route.ts";
import { requireFew, requireGood } from "./issues.ts";

const NOTHING = z.strictObject({});

type NoFields = typeof NOTHING;

/**
 * Writes down a route, in the one place that server, permissions, document and tests are made from. One file for each route, or for
 * some that belong together; the list of them is `serve/routes.ts`.
 */
export function defineRoute<
  Params extends z.ZodType = NoFields,
  Query extends z.ZodType = NoFields,
  Body extends z.ZodType = z.ZodUndefined,
>({ handle, ...terms }: RouteTerms<Params, Query, Body>): Route {
  const { params = NOTHING, query = NOTHING, body } = terms;
  const json: z.ZodType = body ? (body.isOptional ? body.json.optional() : body.json) : NOTHING.optional();
  return {
    ...terms,
    run: async (raw, doors) => {
      if (raw.stream === null) requireFew(raw.body);
      const call = {
        ...raw,
        params: requireGood(params, raw.params, "path") as z.output<Params>,
        query: requireGood(query, raw.query, "query") as z.output<Query>,
        body: (raw.stream === null ? requireGood(json, raw.body, "body") : undefined) as z.output<Body>,
      };
      return handle(call, doors);
    },
  };
}
