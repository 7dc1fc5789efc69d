import { sendResultSchema } from "@volley/contract";
import { z } from "zod";

const time = z.iso.datetime();

/** Where a send is, as `producer.status` and `volley status --json` say it. */
export const SEND_STATUS = z
  .object({
    id: z.string(),
    label: z.string().optional(),
    region: z.string(),
    state: z.enum(["scheduled", "queued", "sending", "settled", "failed"]),
    parts: z.object({ total: z.int(), done: z.int() }).nullable(),
    until: time.nullable(),
    result: sendResultSchema.nullable(),
    eta: time.nullable(),
    sendAt: time.optional(),
    holds: z.array(z.looseObject({ region: z.string(), state: z.string() })).optional(),
    cancelAskedAt: time.optional(),
    delivery: z.looseObject({}).nullable(),
    failure: z.string().nullable(),
    last: z.object({ outcome: z.string(), code: z.string(), at: z.string() }).nullable(),
  })
  .meta({ id: "SendStatus", description: "Where a send is, and its result." });
