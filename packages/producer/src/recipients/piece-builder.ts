import { isGroup, packPiece, type Parameters } from "@volley/contract";
import { createOpenPiece } from "./open-piece.ts";
import type { OwnValues } from "./own-values.ts";

/** Puts recipients together into pieces of exactly as many as a part has. */
export type PieceBuilder = {
  /** @param values - the recipient's own; they go before those that the send lists for it */
  readonly add: (recipient: string, values: OwnValues | null) => void;
  /** Whether a piece is not begun, and none of the recipients to come has values in the send. */
  readonly isBare: () => boolean;
  /** The recipients who are in no piece yet. */
  readonly begun: () => readonly string[];
  /** Nobody is added any more: gives away what is left. */
  readonly end: () => void;
};

const NO_PARAMETERS: Parameters = new Map();

/**
 * Creates a builder.
 *
 * Values that are listed and belong to nobody in the list may be those of a group's members. Whose they are is known at
 * the end alone, so where values are listed the groups wait until then, and are given those values along.
 *
 * @param listed - values that the send has for single recipients
 * @param push - takes a piece as it goes to Redis
 */
export function createPieceBuilder(listed: Parameters, push: (piece: string) => void): PieceBuilder {
  const piece = createOpenPiece(push);
  const inList = new Set<string>();
  let groups: (readonly [group: string, values: OwnValues | null])[] = [];
  const addListedOf = (recipient: string): void => {
    for (const [key, ofKey] of listed) {
      const value = ofKey.get(recipient);
      if (value === undefined) continue;
      inList.add(recipient);
      piece.addValue(key, recipient, value);
    }
  };
  const addListedOfMembers = (): void => {
    for (const [key, ofKey] of listed) {
      for (const [member, value] of ofKey) if (!inList.has(member)) piece.addValue(key, member, value);
    }
  };
  const addGroups = (): void => {
    let pieceWithMembers = -1;
    for (const [group, values] of groups) {
      if (pieceWithMembers !== piece.index()) addListedOfMembers();
      pieceWithMembers = piece.index();
      piece.add(group, values);
    }
    groups = [];
  };
  return {
    add: (recipient, values) => {
      if (listed.size > 0 && isGroup(recipient)) {
        groups.push([recipient, values]);
        return;
      }
      addListedOf(recipient);
      piece.add(recipient, values);
    },
    isBare: () => piece.recipients().length === 0 && listed.size === 0,
    begun: () => [...piece.recipients(), ...groups.map(([group]) => group)],
    end: () => {
      addGroups();
      piece.end();
    },
  };
}

/** Bare recipients as a piece. */
export function packRecipients(recipients: readonly string[]): string {
  return packPiece({ recipients, parameters: NO_PARAMETERS });
}
