import { randomInt } from "node:crypto";

/** Reads as a group's ID, so that it stands wherever a recipient may; no group of the provider's begins so. */
const MARK = "0F0RG0TTEN";
const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const OWN_CHARACTERS = 16;

/** What stands in a list in place of somebody who was forgotten: one more each time, which tells nothing of them. */
export function newForgotten(): string {
  return MARK + Array.from({ length: OWN_CHARACTERS }, () => CROCKFORD.charAt(randomInt(CROCKFORD.length))).join("");
}

/** Whether a recipient is nobody any more: they are texted nothing, and counted as suppressed. */
export function isForgotten(recipient: string): boolean {
  return recipient.startsWith(MARK);
}
