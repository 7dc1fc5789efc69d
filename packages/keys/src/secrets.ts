import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** What Redis keeps of a key in place of it. `until` is when an old one ends, as ISO-8601; `null` for the one that holds. */
export type KeptSecret = { readonly digest: string; readonly until: string | null };

/** A key as it was given: which record it belongs to, and the digest of all of it. */
export type Presented = { readonly id: string; readonly digest: string };

const ID_BYTES = 8;

/** 256 bits: nobody finds one by trying, so a fast digest is enough. */
const SECRET_BYTES = 32;

const KEY = /^vk_(?<id>[0-9a-f]{16})_[0-9a-f]{64}$/;

/** Each rotation within the overlap of the one before leaves one. */
const MOST_SECRETS = 4;

/** Makes an ID: the part of a key that finds its record, and no secret. */
export function newId(): string {
  return `key_${randomBytes(ID_BYTES).toString("hex")}`;
}

/** Makes a key for an ID. */
export function newKey(id: string): string {
  return `vk_${id.slice("key_".length)}_${randomBytes(SECRET_BYTES).toString("hex")}`;
}

/** @returns `null` for what is no key */
export function readKey(text: string): Presented | null {
  const id = KEY.exec(text)?.groups?.["id"];
  return id === undefined ? null : { id: `key_${id}`, digest: digestOf(text) };
}

export function digestOf(key: string): string {
  return createHash("sha256").update(key).digest("hex");
}

/** The kept secret that a key was made with, compared in constant time; `null` where it is none of them. */
export function secretOf(secrets: readonly KeptSecret[], { digest }: Presented): KeptSecret | null {
  const given = Buffer.from(digest, "hex");
  return secrets.find((kept) => timingSafeEqual(Buffer.from(kept.digest, "hex"), given)) ?? null;
}

/** Puts a new secret before the others: the one that held so far ends when the overlap does. */
export function rotated(secrets: readonly KeptSecret[], digest: string, until: Date): KeptSecret[] {
  const end = until.toISOString();
  const others = secrets.map((kept) => ({
    ...kept,
    until: kept.until === null || kept.until > end ? end : kept.until,
  }));
  return [{ digest, until: null }, ...others].slice(0, MOST_SECRETS);
}
