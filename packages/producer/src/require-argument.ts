import { AUTO_REGION, isRegionName } from "@volley/contract";
import { ProducerError } from "./producer-error.ts";

/** The longest idempotency key. */
const MAX_KEY_CHARACTERS = 512;

/** @throws ProducerError `VOLLEY_INVALID_REGION` */
export function requireRegion(region: string): void {
  if (typeof region === "string" && isRegionName(region)) return;
  const got = typeof region === "string" ? JSON.stringify(region) : typeof region;
  if (region === AUTO_REGION) {
    throw new ProducerError("VOLLEY_INVALID_REGION", 'region: "auto" is for enqueue alone, and names no region');
  }
  throw new ProducerError("VOLLEY_INVALID_REGION", `region: expected a name such as "eu", got ${got}`);
}

/** @throws ProducerError `VOLLEY_INVALID_IDEMPOTENCY_KEY` */
export function requireKey(key: string): void {
  if (typeof key === "string" && key.length > 0 && key.length <= MAX_KEY_CHARACTERS) return;
  const got = typeof key === "string" ? `${key.length} characters` : typeof key;
  throw new ProducerError(
    "VOLLEY_INVALID_IDEMPOTENCY_KEY",
    `idempotencyKey: expected a text of 1 to ${MAX_KEY_CHARACTERS} characters, got ${got}`,
  );
}
