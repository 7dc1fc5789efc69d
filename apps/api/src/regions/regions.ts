import { LIMIT_RANGES, RATE_UNITS } from "@volley/contract";
import type { RegionControl, RegionState } from "@volley/producer";
import { z } from "zod";
import { requireRegionAllowed } from "../guard/require-allowed.ts";
import { requireEverySender } from "../guard/require-whole.ts";
import { defineRoute } from "../problems/define-route.ts";
import { ApiProblem } from "../terms/api-problem.ts";
import { REGION, said } from "../terms/page-query.ts";
import type { Answer, Doors } from "../terms/route.ts";
import type { ApiKey } from "@volley/keys";

const { rate, concurrency, burstMs, urgentShare } = LIMIT_RANGES;

const LIMITS = z.strictObject({
  rate: z
    .number()
    .min(rate.from)
    .max(rate.to)
    .nullable()
    .optional()
    .meta({ description: "Per second; null: no pace." }),
  rateUnit: z.enum(RATE_UNITS).optional(),
  concurrency: z
    .int()
    .min(concurrency.from)
    .max(concurrency.to)
    .optional()
    .meta({ description: "Requests in flight." }),
  burstMs: z.int().min(burstMs.from).max(burstMs.to).optional(),
  urgentShare: z.number().min(urgentShare.from).max(urgentShare.to).optional(),
});

const STATE = z
  .looseObject({
    region: z.string(),
    state: z.enum(["open", "paused", "unattended", "suspended", "held"]),
    reason: z.string().nullable(),
    since: z.string().nullable(),
    limits: z.looseObject({ rate: z.number().nullable(), concurrency: z.int() }),
    overridden: z.array(z.string()),
    isPaused: z.boolean(),
    isServed: z.boolean(),
    workers: z.looseObject({ running: z.int(), refused: z.int() }),
  })
  .meta({
    id: "RegionState",
    description: "The limits of a region, and whether it sends; as `volley region` says it.",
  });

const ABOUT_REGION = {
  tag: "regions",
  params: z.strictObject({ name: REGION }),
  problems: ["VOLLEY_INVALID_REGION", "region_not_allowed"],
} as const;

const CHANGES = {
  ...ABOUT_REGION,
  scope: "regions:write",
  query: z.strictObject({
    force: z
      .stringbool({ truthy: ["true"], falsy: ["false"] })
      .default(false)
      .meta({ type: "boolean", description: "Whether to change also a region that no worker has ever worked on." }),
  }),
  answers: { 200: { description: "What holds now, for all workers of the region.", schema: STATE } },
  problems: [...ABOUT_REGION.problems, "sender_not_allowed", "region_not_served", "VOLLEY_INVALID_LIMIT"],
} as const;

export const getRegion = defineRoute({
  ...ABOUT_REGION,
  method: "GET",
  path: "/v1/regions/{name}",
  operation: "getRegion",
  summary: "The limits of a region, and whether it sends",
  scope: "regions:read",
  answers: { 200: { description: "How it is.", schema: STATE } },
  handle: async ({ params: { name }, key }, { producer }) => {
    requireRegionAllowed(key, name);
    return { status: 200, body: await producer.region(name).limits() };
  },
});

export const changeRegion = defineRoute({
  ...CHANGES,
  method: "PATCH",
  path: "/v1/regions/{name}",
  operation: "changeRegion",
  summary: "Set limits of a region, within about a second",
  description:
    "What is left out stays as it is. `null` in place of the limits lets all be as the workers' settings say.",
  body: { json: z.strictObject({ limits: LIMITS.nullable() }), example: { limits: { rate: 50 } } },
  handle: async (call, doors) =>
    changed(call, doors, async (region) => {
      const { limits } = call.body;
      return limits === null ? region.resetLimits() : region.setLimits(said(limits));
    }),
});

export const pauseRegion = defineRoute({
  ...CHANGES,
  method: "POST",
  path: "/v1/regions/{name}/pause",
  operation: "pauseRegion",
  summary: "Send nothing more in a region until it is resumed; what is enqueued waits",
  handle: async (call, doors) => changed(call, doors, async (region) => region.pause()),
});

export const resumeRegion = defineRoute({
  ...CHANGES,
  method: "POST",
  path: "/v1/regions/{name}/resume",
  operation: "resumeRegion",
  summary: "Let a region go on",
  handle: async (call, doors) => changed(call, doors, async (region) => region.resume()),
});

type Change = {
  readonly params: { readonly name: string };
  readonly query: { readonly force: boolean };
  readonly key: ApiKey;
};

/** A change concerns every sender, and a name that no worker knows may be mistyped. */
async function changed(
  { params: { name }, query: { force }, key }: Change,
  { producer }: Pick<Doors, "producer">,
  change: (region: RegionControl) => Promise<RegionState>,
): Promise<Answer> {
  requireRegionAllowed(key, name);
  requireEverySender(key);
  const region = producer.region(name);
  if (!force && (await producer.servedRegions([name])).length === 0) {
    throw new ApiProblem(
      "region_not_served",
      "no worker has ever worked on this region; ?force=true changes it all the same",
    );
  }
  return { status: 200, body: await change(region) };
}
