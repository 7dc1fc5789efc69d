import { createHash } from "node:crypto";

/**
 * A digest of a send's content. Two sends with equal content have equal fingerprints, whatever the order of their
 * fields; the order of recipients and every character of the text count.
 *
 * @param send - the data of a job
 * @returns 64 hexadecimal characters
 */
export function fingerprint(send: unknown): string {
  return createHash("sha256").update(JSON.stringify(send, sortedKeys)).digest("hex");
}

function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, entry]) => entry !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
