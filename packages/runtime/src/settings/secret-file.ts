import { readFileSync, statSync } from "node:fs";

/**
 * The content of a file as it is now, without white space around it.
 *
 * @param isUrgent - looks even where that was done a moment ago
 */
export type SecretFile = (isUrgent?: boolean) => string;

/** How often it is looked whether a file has changed, in milliseconds: looking takes some microseconds. */
const LOOK_INTERVAL_MS = 250;

/**
 * Follows a file with a secret, which may be replaced while the process runs: Kubernetes, Vault and others write them anew.
 * One that is gone, empty or unfit for a moment changes nothing: the last good one stays.
 *
 * @param first - what it holds now
 */
export function createSecretFile(path: string, first: string, isGood: (text: string) => boolean): SecretFile {
  let current = first;
  let stamp = stampOf(path);
  let lookedAtMs = performance.now();
  return (isUrgent = false) => {
    if (!isUrgent && performance.now() - lookedAtMs < LOOK_INTERVAL_MS) return current;
    lookedAtMs = performance.now();
    const now = stampOf(path);
    // One that was written a moment ago may be written again within the same tick of the file system's clock.
    if (now === stamp && !isUrgent) return current;
    const text = contentOf(path);
    if (text === null || text === "" || !isGood(text)) return current;
    stamp = now;
    current = text;
    return current;
  };
}

function stampOf(path: string): string {
  try {
    const found = statSync(path, { bigint: true });
    return [found.dev, found.ino, found.mtimeNs, found.size].join(" ");
  } catch {
    return "";
  }
}

function contentOf(path: string): string | null {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return null;
  }
}
