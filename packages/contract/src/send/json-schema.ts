import { z } from "zod";
import { LIMITS } from "../values/send-limits.ts";
import { MAX_BINARY_BYTES } from "./send-options.ts";
import { OWN_FIELD_NAMES, sendSchema } from "./send.ts";

/** The name of the JSON Schema. It changes with the payload's `v`. */
const SCHEMA_ID = "urn:volley:send:v1";

const NULL = { type: "null" } as const;

/** As a pattern too: `format` is a hint that validators may leave out. */
const HTTP_URL = "^[Hh][Tt][Tt][Pp][Ss]?:";

const NOT_EXPRESSED =
  "Not expressed here: times must exist in the calendar, expire_at comes after send_at and at most 3 days after it, retry_codes needs a delivery_report that names recipients, " +
  `a binary body and its header have at most ${MAX_BINARY_BYTES} bytes together, every placeholder of the body needs ` +
  `an entry in parameters, no key of which is a phone number, nesting goes at most ${LIMITS.nestingLevels} levels deep, and lengths count UTF-16 code units.`;

/**
 * The contract of a send as JSON Schema (draft 2020-12), for producers in other languages. The few rules that it cannot
 * express are named in its description; a bad recipient is no mistake here either, Volley rejects it alone.
 */
export function sendJsonSchema(): Record<string, unknown> {
  const { $schema, title, description, ...rest } = z.toJSONSchema(sendSchema, {
    target: "draft-2020-12",
    io: "input",
    override: ({ jsonSchema, path }) => {
      if (jsonSchema.format === "uri") jsonSchema.pattern = HTTP_URL;
      if (path.at(-1) !== "options") return;
      jsonSchema.propertyNames = { not: { enum: [...OWN_FIELD_NAMES] } };
      jsonSchema.dependentSchemas = { from_ton: withField("from_npi"), from_npi: withField("from_ton") };
    },
  });
  const allowed = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, withNulls(value)]));
  return { $schema, $id: SCHEMA_ID, title, description: `${description} ${NOT_EXPRESSED}`, ...allowed };
}

/** That the other field is there, too. Where this one is null neither is: a null is a field left out. */
function withField(other: string): Record<string, unknown> {
  const one = other === "from_npi" ? "from_ton" : "from_npi";
  const isLeftOut = { properties: { [one]: NULL } };
  return { anyOf: [isLeftOut, { required: [other], properties: { [other]: { not: NULL } } }] };
}

/**
 * Lets every field be null that may be left out, at every level: clients of many languages write those that they have not
 * set so. Of the fields that are not known none may be anything else.
 */
function withNulls(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withNulls);
  if (typeof schema !== "object" || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, withNulls(value)]));
  return inner["type"] === "object" ? withNullFields(inner) : inner;
}

function withNullFields(schema: Record<string, unknown>): Record<string, unknown> {
  const { properties, required, additionalProperties } = schema;
  const needed: unknown[] = Array.isArray(required) ? required : [];
  return {
    ...schema,
    ...(isRecord(properties) && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, field]) => [name, needed.includes(name) ? field : orNull(field)]),
      ),
    }),
    ...(additionalProperties === false && { additionalProperties: NULL }),
    ...(isRecord(additionalProperties) && { additionalProperties: orNull(additionalProperties) }),
  };
}

function orNull(field: unknown): unknown {
  const { description, ...rest } = isRecord(field) ? field : {};
  return { ...(description !== undefined && { description }), anyOf: [rest, NULL] };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
