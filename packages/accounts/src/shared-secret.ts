import { randomBytes } from "node:crypto";
import { secretKey } from "./names.ts";
import type { AccountPlace } from "./place.ts";

/** @returns a secret that all processes of the board share; the first one makes it */
export async function sharedSecret({ redis, prefix }: AccountPlace): Promise<string> {
  const made = randomBytes(32).toString("base64url");
  await redis.set(secretKey(prefix), made, "NX");
  return (await redis.get(secretKey(prefix))) ?? made;
}
