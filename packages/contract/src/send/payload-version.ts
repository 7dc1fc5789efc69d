/** The version of the payloads that this code writes and reads, as their field `v` says; without it, it is the first. */
export const PAYLOAD_VERSION = 1;

/** Why a job waits that was made for a later one, as its note says it. */
export const NEWER_VERSION = "newer_version";

/** A higher number is a mistake, and no version that somebody will come to. */
const HIGHEST_VERSION = 999;

/**
 * Whether a job was made for a later version than this code knows. What stands in it nobody may guess: it waits for a worker
 * that knows. A version that cannot be one (`"2"`, 1.5, a year) is a mistake of the send's, and is refused as such.
 */
export function isNewerPayload(data: unknown): boolean {
  const version: unknown = typeof data === "object" && data !== null && "v" in data ? data.v : PAYLOAD_VERSION;
  return Number.isInteger(version) && Number(version) > PAYLOAD_VERSION && Number(version) <= HIGHEST_VERSION;
}
