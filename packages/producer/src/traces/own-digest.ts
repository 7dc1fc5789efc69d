import { hash } from "node:crypto";
import { isGroup, type Parameters } from "@volley/contract";
import { DEFAULT } from "../recipients/own-values.ts";

/** Recipients, with the values that are theirs alone. */
export type TextPage = {
  /** Normalised, each one once. */
  readonly recipients: readonly string[];
  readonly parameters: Parameters;
};

/** A digest is so many bytes. */
export const DIGEST_BYTES = 8;

/** Writes what is a recipient's own in a text in short, to a place in a buffer. */
export type OwnDigest = (recipient: string, page: TextPage, digests: Buffer, at: number) => void;

/**
 * Creates a digest of the values that a recipient's text is filled in with; a default counts as what it says. A group
 * stands for numbers that nobody here knows, so that the values of everybody who is no recipient are its own, too.
 *
 * @param placeholders - of the text, in the order in which texts are compared
 * @param defaults - the values that are for everybody
 * @returns `null` where nothing is a recipient's own
 */
export function createOwnDigest(placeholders: readonly string[], defaults: Parameters): OwnDigest | null {
  if (placeholders.length === 0) return null;
  const common = placeholders.map((name) => defaults.get(name)?.get(DEFAULT) ?? null);
  return (recipient, page, digests, at) => {
    const values = placeholders.map((name, index) => page.parameters.get(name)?.get(recipient) ?? common[index]);
    const own = JSON.stringify(isGroup(recipient) ? [values, membersOf(page)] : values);
    // As text: a buffer for each would take three times as long.
    digests.write(hash("sha256", own, "hex"), at, DIGEST_BYTES, "hex");
  };
}

/** The values of numbers that are no recipients of the page. */
function membersOf({ recipients, parameters }: TextPage): string[] {
  const known = new Set([...recipients, DEFAULT]);
  const values = [...parameters].flatMap(([key, ofKey]) => {
    return [...ofKey].flatMap(([member, value]) => (known.has(member) ? [] : [JSON.stringify([key, member, value])]));
  });
  return values.sort();
}
