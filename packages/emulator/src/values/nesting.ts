/** The most levels of objects and lists inside one another that are read. No body of the API has more than three. */
export const MAX_LEVELS = 100;

/** What is said about more of them. */
export const TOO_DEEP = `nested deeper than ${MAX_LEVELS} levels`;

/**
 * Whether a value has more levels of objects and lists inside one another than are read. `JSON.parse` takes any number
 * of them, but whatever writes or copies the value later recurses, and a few thousand exhaust the stack. This stops at
 * the limit.
 */
export function isTooDeep(value: unknown, levels = MAX_LEVELS): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (levels === 0) return true;
  return Object.values(value).some((entry) => isTooDeep(entry, levels - 1));
}
