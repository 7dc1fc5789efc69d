import { constraintViolation, invalidJson } from "../values/refusal.ts";
import type { Refusal } from "../values/refusal.ts";
import { isFields } from "../values/fields.ts";

/** Values for the placeholders of a body: key, then recipient or `default`. */
export type Parameters = Readonly<Record<string, Readonly<Record<string, string | null>> | null>>;

const KEY = /^[A-Za-z0-9_.-]{1,16}$/;

/** Sinch's current models say 1,600; its documents of 2021 said 160. */
const MAX_VALUE_CHARACTERS = 1_600;

/**
 * Checks `parameters`; a null in it counts as absent: keys of 1 to 16 characters out of `A-Z a-z 0-9 . _ -`, values of at most 1,600 characters.
 *
 * A recipient without a value is no reason to refuse: at Sinch it fails alone, after the batch was accepted.
 */
export function checkParameters(parameters: unknown): Refusal | undefined {
  if (parameters === undefined || parameters === null) return undefined;
  if (!isFields(parameters)) return invalidJson("The parameter 'parameters' must be an object.");
  for (const [key, values] of Object.entries(parameters)) {
    if (!KEY.test(key)) {
      return constraintViolation(`The key '${key}' of 'parameters' must be 1 to 16 characters of A-Z, a-z, 0-9, . _ -`);
    }
    if (values === null) continue;
    if (!isFields(values)) return invalidJson(`The parameter 'parameters.${key}' must be an object.`);
    for (const value of Object.values(values)) {
      if (value === null) continue;
      if (typeof value !== "string") return invalidJson(`The values of 'parameters.${key}' must be strings.`);
      if (value.length > MAX_VALUE_CHARACTERS) {
        return constraintViolation(
          `The values of 'parameters.${key}' must have at most ${MAX_VALUE_CHARACTERS} characters.`,
        );
      }
    }
  }
  return undefined;
}
