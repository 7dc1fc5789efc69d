import { readFileSync } from "node:fs";
import type { ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { EVENT_TYPES } from "@volley/receipts";

const ajv = new Ajv2020({ allErrors: true });
addFormats.default(ajv);

const schemas: ReadonlyMap<string, ValidateFunction> = new Map(
  [...EVENT_TYPES, "endpoint.test"].map((type) => {
    const file = new URL(`../packages/receipts/schemas/${type}.json`, import.meta.url);
    return [type, ajv.compile(JSON.parse(readFileSync(file, "utf8")) as object)] as const;
  }),
);

/**
 * Gives events on that are as their schemas say.
 *
 * @throws with all that is wrong
 */
export function validEvents<Event extends { readonly type: string }>(events: readonly Event[]): readonly Event[] {
  for (const event of events) {
    const { type } = event;
    const validate = schemas.get(type);
    if (!validate) throw new Error(`${type} has no schema`);
    if (!validate(event)) throw new Error(`${type}: ${ajv.errorsText(validate.errors)}`);
  }
  return events;
}
