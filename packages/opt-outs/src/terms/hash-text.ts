import { CLEAR, isHidden, type Numbering, readToken, writeToken } from "./numbering.ts";

const FORM = /^hash:([\w-]{1,11}):([\w-]{9})$/;

/** Whom a hash stands for, in a list of one secret. */
export type Hash = Pick<Numbering, "keyId"> & { readonly token: number };

/** What stands in a list in place of a number, with whose secret it is: who has the list once more, has them on it. */
export function writeHash(token: number, { keyId }: Numbering): string {
  return `hash:${keyId}:${writeToken(token)}`;
}

/** Reads what {@link writeHash} has written. @returns `null` for anything else, and for a number that stands there in clear */
export function readHash(text: string): Hash | null {
  const [, keyId = "", written = ""] = FORM.exec(text) ?? [];
  const token = readToken(written);
  if (!Number.isSafeInteger(token) || token < 1) return null;
  return keyId === CLEAR && !isHidden(token) ? null : { keyId, token };
}
