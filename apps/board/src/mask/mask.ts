import { shownName } from "@volley/contract";

import { describeValue, isJsonObject } from "./describe-value.ts";

/** Shows a value: as it is where its form is known to name nobody, and otherwise what kind of value it is. */
export type Mask = (value: unknown) => unknown;

/** Shows an object, each of its fields by a mask of its own. Of a field that is not known only the kind is shown. */
export function fields(masks: Readonly<Record<string, Mask>>): Mask {
  return (value) => {
    if (!isJsonObject(value)) return describeValue(value);
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => {
        const mask = Object.hasOwn(masks, key) ? masks[key] : undefined;
        return mask ? [key, mask(inner)] : [shownName(key), describeValue(inner)];
      }),
    );
  };
}

/** Shows a list, every entry by the same mask. */
export function listOf(mask: Mask): Mask {
  return (value) => (Array.isArray(value) ? value.map((entry: unknown) => mask(entry)) : describeValue(value));
}

/** Shows what this process itself has made, or has masked before. */
export function asItIs(value: unknown): unknown {
  return value;
}
