import { hash } from "node:crypto";
import { valuesOfNumbers } from "@volley/contract";
import { type Numbering, tokenOf, writeToken } from "../terms/numbering.ts";

/** How long proofs are kept unless somebody says otherwise, in seconds: four years. */
export const PROOF_S = 1_461 * 24 * 60 * 60;

/** Where the proofs are. */
export type ProofPlace = {
  /** BullMQ's; its hash tag keeps everything in one slot of a cluster. */
  readonly prefix: string;
  /** As of the list: a key has a number in clear, or its hash. */
  readonly numbering: Numbering;
};

/** Where the proof about one person stands; all that there is about them. Their number is in each name, or its hash. */
export type ProofKeys = {
  /** List: what they have said, and what was done about it. With a secret without texts. */
  readonly heard: string;
  /** Text: from how much they were left out, and from what last. */
  readonly withheld: string;
  /** Hash: what was on its way to them when they opted out, by its reference at the provider. */
  readonly late: string;
};

/** @param number - 7 to 15 digits */
export function proofKeys({ prefix, numbering }: ProofPlace, number: string): ProofKeys {
  return keysOf(prefix, writeToken(tokenOf(number, numbering)));
}

/** The keys of what some recipients were left out from, in their order. */
export function withheldKeys({ prefix, numbering }: ProofPlace, numbers: readonly string[]): string[] {
  const tokens = [...numbering.tokensOf(valuesOfNumbers(numbers))].filter((token) => !Number.isNaN(token));
  return tokens.map((token) => keysOf(prefix, writeToken(token)).withheld);
}

/** As {@link proofKeys} of whom a token stands for, in whichever list. */
export function proofKeysOf(prefix: string, token: number): ProofKeys {
  return keysOf(prefix, writeToken(token));
}

function keysOf(prefix: string, token: string): ProofKeys {
  const stem = `${prefix}:suppressions`;
  return { heard: `${stem}:proof:${token}`, withheld: `${stem}:withheld:${token}`, late: `${stem}:late:${token}` };
}

/** Characters by which a proof names a send. */
export const MARK_LENGTH = 11;

/** By what a proof names a send: short, whatever its ID. */
export function markOfSend(region: string, sendId: string): string {
  return hash("sha256", JSON.stringify([region, sendId]), "base64url").slice(0, MARK_LENGTH);
}

/** The key that says which send a mark is of. It names nobody. */
export function markKey(prefix: string, mark: string): string {
  return `${prefix}:suppressions:withheld:send:${mark}`;
}
