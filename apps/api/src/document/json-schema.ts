import { isDeepStrictEqual } from "node:util";
import { z } from "zod";

/** A piece of JSON Schema. */
export type Json = Readonly<Record<string, unknown>>;

/** Turns zod's schemas into those of the document, and gathers the ones that have a name. */
export type SchemaBook = {
  /** @param io - whether it is of what comes in or of what goes out */
  readonly of: (schema: z.ZodType, io: "input" | "output") => Json;
  /** Those with a name, for `components.schemas`. */
  readonly named: () => Json;
};

const OWN = "#/$defs/";

const SHARED = "#/components/schemas/";

export function createSchemaBook(): SchemaBook {
  const named = new Map<string, unknown>();
  const keep = (name: string, schema: unknown): void => {
    const kept = named.get(name);
    if (kept !== undefined && !isDeepStrictEqual(kept, schema))
      throw new TypeError(`${name}: two schemas have that name`);
    named.set(name, schema);
  };
  return {
    of: (schema, io) => {
      const {
        $schema: _dialect,
        $defs = {},
        id,
        ...own
      } = z.toJSONSchema(schema, { io, target: "draft-2020-12", override });
      for (const [name, inner] of Object.entries($defs)) keep(name, withoutId(shared(inner)));
      if (typeof id !== "string") return shared(own) as Json;
      keep(id, shared(own));
      return { $ref: `${SHARED}${id}` };
    },
    named: () => Object.fromEntries([...named].toSorted(([one], [other]) => one.localeCompare(other))),
  };
}

/** Says no more than anybody would: every integer of JSON is a safe one, and a format needs no pattern of 200 characters. */
function override({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.format === "date-time") delete jsonSchema.pattern;
}

/** References within a schema become references within the document. */
function shared(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(shared);
  if (typeof schema !== "object" || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [
      key,
      key === "$ref" && typeof value === "string" ? value.replace(OWN, SHARED) : shared(value),
    ]),
  );
}

function withoutId(schema: unknown): unknown {
  const { id: _id, ...rest } = Object(schema) as { id?: unknown };
  return rest;
}
