import { isRecord } from "./is-record.ts";

/** The value at a path of keys inside parsed YAML; throws with the whole path where a key is missing. */
export function valueAt(value: unknown, ...keys: readonly string[]): unknown {
  let current = value;
  for (const key of keys) {
    if (!isRecord(current) || !(key in current)) {
      throw new Error(`nothing at ${keys.join(".")}: "${key}" is missing`);
    }
    current = current[key];
  }
  return current;
}

/** The same for an object; throws where something else stands there. */
export function recordAt(value: unknown, ...keys: readonly string[]): Record<string, unknown> {
  const found = valueAt(value, ...keys);
  if (!isRecord(found)) {
    throw new TypeError(`${keys.join(".")} is not an object`);
  }
  return found;
}
