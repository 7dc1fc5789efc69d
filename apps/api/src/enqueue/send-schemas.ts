import { z } from "zod";

const WARNING = z.looseObject({ code: z.string(), message: z.string() });

const COUNTS = z.object({ requested: z.int(), valid: z.int(), duplicate: z.int(), rejected: z.int() });

const DUPLICATES = z.object({
  found: z.int(),
  total: z.int(),
  accepted: z.int(),
  since: z.iso.datetime(),
  latest: z.iso.datetime(),
});

const WRONG_LINES = z
  .object({ count: z.int(), lines: z.array(z.object({ line: z.int(), reason: z.string() })).max(1_000) })
  .meta({ description: "Of a list: the lines that were left out; the first 1,000 are named." });

const REJECTED_AT = z
  .array(z.object({ index: z.int(), reason: z.string() }))
  .max(1_000)
  .meta({ description: "Of JSON: the entries of `to` that were left out, from 0; the first 1,000 of them." });

/** A send that is on its queue, as `producer.enqueue` answers it. */
export const ENQUEUED = z
  .object({
    id: z.string(),
    region: z.string(),
    alreadyEnqueued: z.boolean().meta({ description: "Whether an earlier request with the same key had enqueued it." }),
    recipients: COUNTS,
    warnings: z.array(WARNING),
    duplicates: DUPLICATES.optional(),
    rejectedLines: WRONG_LINES.optional(),
    rejectedAt: REJECTED_AT.optional(),
  })
  .meta({ id: "Enqueued", description: "A send that is on its queue." });

/** The send that a message travels in, as `producer.coalesce` answers it. */
export const COALESCED = ENQUEUED.omit({
  recipients: true,
  duplicates: true,
  rejectedLines: true,
  rejectedAt: true,
}).meta({
  id: "Coalesced",
  description: "The send that a message travels in.",
});

/** What a send would come to, as `producer.check` answers it. */
export const CHECK_REPORT = z
  .looseObject({
    isSendable: z.boolean().meta({ description: "Whether it would be taken, and somebody is left to be texted." }),
    problems: z.array(z.object({ field: z.string(), message: z.string() })),
    recipients: z.looseObject({ requested: z.int(), valid: z.int(), duplicate: z.int(), rejected: z.int() }),
    segments: z.looseObject({ total: z.int() }).nullable(),
    batches: z.int(),
    duration: z.looseObject({ seconds: z.number() }).nullable(),
    price: z.object({ perSegment: z.number(), total: z.number() }).nullable(),
    dryRun: z.null(),
    duplicates: DUPLICATES.nullable(),
    warnings: z.array(WARNING),
    rejectedLines: WRONG_LINES.optional(),
  })
  .meta({ id: "CheckReport", description: "What a send would come to." });

export const MESSAGE_EXAMPLE = {
  region: "eu",
  from: "Volley",
  to: "+46701234567",
  body: "Hi ${name}!",
  parameters: { name: "Ann" },
};

export const SEND_EXAMPLE = {
  region: "eu",
  from: "Volley",
  to: ["+46701234567", "+46701234568"],
  body: "Hi ${name}!",
  parameters: { name: { "+46701234567": "Ann", default: "you" } },
};

/** The contract's JSON Schema with the region that stands beside the fields of the send. */
export function withRegion({ $schema: _dialect, $id: _id, $defs: _defs, ...schema }: Record<string, unknown>): object {
  return addRegion(withoutReferences(schema)) as object;
}

/** What refers to a definition is any JSON at all. */
function withoutReferences(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutReferences);
  if (typeof schema !== "object" || schema === null) return schema;
  const choices = "anyOf" in schema && Array.isArray(schema.anyOf) ? schema.anyOf : [schema];
  if (choices.some((choice) => "$ref" in Object(choice))) return {};
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, withoutReferences(value)]));
}

const REGION = { type: "string", description: "Where it goes; `auto` for the region of each number." };

/** Into each form that a send may have. One that is staged is Volley's own. */
function addRegion(schema: unknown): unknown {
  if (typeof schema !== "object" || schema === null) return schema;
  const { anyOf, properties, required, ...rest } = schema as Record<string, unknown>;
  if (Array.isArray(anyOf)) {
    const listed = anyOf.filter((form: { readonly properties?: object }) => form.properties && "to" in form.properties);
    return { ...rest, anyOf: listed.map(addRegion) };
  }
  return {
    ...rest,
    properties: { region: REGION, ...Object(properties) },
    required: ["region", ...(Array.isArray(required) ? required : [])],
  };
}
