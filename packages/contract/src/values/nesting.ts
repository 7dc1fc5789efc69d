/**
 * Whether a value has more levels of objects and lists inside one another than that. Readers of JSON recurse: a few
 * thousand levels, which `JSON.parse` takes, would exhaust the stack of the process that reads the job.
 *
 * @param value - anything, also what refers to itself
 * @param levels - the most that are allowed; a string has none, an empty object one
 */
export function isNestedDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (levels === 0) return true;
  return Object.values(value).some((entry) => isNestedDeeper(entry, levels - 1));
}
