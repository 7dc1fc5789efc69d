/**
 * Freezes plain objects and arrays, and everything plain inside them, in place. Anything with a class of its own (a
 * `Date`, a `RegExp`, a `Map`) is left as it is.
 */
export function deepFreeze<T>(value: T): Readonly<T> {
  if (!isPlain(value) || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const inner of Object.values(value)) deepFreeze(inner);
  return value;
}

function isPlain(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === Object.prototype || prototype === null;
}
