/**
 * A copy that shares nothing: what was cut out of a longer text keeps the whole of it in memory, and recipients that are
 * kept for long may be cut out of a whole file.
 */
export function detached(text: string): string {
  return Buffer.from(text, "utf8").toString("utf8");
}
