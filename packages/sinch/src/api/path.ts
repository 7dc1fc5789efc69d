/** IDs that a URL would read as "this folder" and "the folder above", or leave out: a request would reach something else. */
const NO_IDS: ReadonlySet<string> = new Set(["", ".", ".."]);

/**
 * Puts IDs, escaped, in the places of a path that say `{id}`.
 *
 * @returns `null` for an ID that cannot stand in a path
 */
export function pathOf(template: string, ids: readonly string[]): string | null {
  if (ids.some((id) => NO_IDS.has(id))) return null;
  const left = [...ids];
  return template.replaceAll("{id}", () => encodeURIComponent(wellFormed(left.shift() ?? "")));
}

/** Half of a surrogate pair makes `encodeURIComponent` throw. */
function wellFormed(id: string): string {
  return Buffer.from(id, "utf8").toString("utf8");
}
