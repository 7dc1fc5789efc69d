import { AUTO_REGION, EVENTS_NAME, isRegionName, kindOf } from "@volley/contract";
import { ProducerError } from "./producer-error.ts";

/** Names that no region has, and why. */
const RESERVED: ReadonlyMap<string, string> = new Map([
  [AUTO_REGION, '"auto" is for enqueue alone, and names no region'],
  [EVENTS_NAME, '"events" is for the queue of events alone, and names no region'],
]);

/** The longest idempotency key. */
const MAX_KEY_CHARACTERS = 512;

/** @throws ProducerError `VOLLEY_INVALID_REGION` */
export function requireRegion(region: string): void {
  if (typeof region === "string" && isRegionName(region)) return;
  const reserved = RESERVED.get(region);
  if (reserved !== undefined) throw new ProducerError("VOLLEY_INVALID_REGION", `region: ${reserved}`);
  // What stands there by mistake may be a person's number.
  const got = kindOf(region, { isPrivate: true });
  const message = `region: expected a name of lower-case letters, digits and dashes such as "eu", got ${got}`;
  throw new ProducerError("VOLLEY_INVALID_REGION", message);
}

/** @throws ProducerError `VOLLEY_INVALID_IDEMPOTENCY_KEY` */
export function requireKey(key: string): void {
  if (typeof key === "string" && key.length > 0 && key.length <= MAX_KEY_CHARACTERS) return;
  const got = kindOf(key, { isPrivate: true });
  throw new ProducerError(
    "VOLLEY_INVALID_IDEMPOTENCY_KEY",
    `idempotencyKey: expected a text of 1 to ${MAX_KEY_CHARACTERS} characters, got ${got}`,
  );
}
