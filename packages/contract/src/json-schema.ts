import { z } from "zod";
import { LIMITS } from "./limits.ts";
import { MAX_BINARY_BYTES } from "./send-options.ts";
import { OWN_FIELD_NAMES, sendSchema } from "./send.ts";

/** The name of the JSON Schema. It changes with the payload's `v`. */
const SCHEMA_ID = "urn:volley:send:v1";

/** As a pattern too: `format` is a hint that validators may leave out. */
const HTTP_URL = "^[Hh][Tt][Tt][Pp][Ss]?:";

const NOT_EXPRESSED =
  "Not expressed here: times must exist in the calendar, expire_at comes after send_at and at most 3 days after it, " +
  `a binary body and its header have at most ${MAX_BINARY_BYTES} bytes together, every placeholder of the body needs ` +
  `an entry in parameters, nesting goes at most ${LIMITS.nestingLevels} levels deep, and lengths count UTF-16 code units.`;

/**
 * The contract of a send as JSON Schema (draft 2020-12), for producers in other languages. The few rules that it cannot
 * express are named in its description; a bad recipient is no mistake here either, Volley sets it aside.
 */
export function sendJsonSchema(): Record<string, unknown> {
  const { $schema, title, description, ...rest } = z.toJSONSchema(sendSchema, {
    target: "draft-2020-12",
    io: "input",
    override: ({ jsonSchema, path }) => {
      if (jsonSchema.format === "uri") jsonSchema.pattern = HTTP_URL;
      if (path.at(-1) !== "options") return;
      jsonSchema.propertyNames = { not: { enum: [...OWN_FIELD_NAMES] } };
      jsonSchema.dependentRequired = { from_ton: ["from_npi"], from_npi: ["from_ton"] };
    },
  });
  return { $schema, $id: SCHEMA_ID, title, description: `${description} ${NOT_EXPRESSED}`, ...rest };
}
