import { isGroup, LIMITS, packPiece, type Parameters } from "@volley/contract";
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

/** The piece that is not full yet; when it is, it is given away, and the next one begins. */
type OpenPiece = {
  readonly index: () => number;
  readonly recipients: () => readonly string[];
  readonly add: (recipient: string, values: OwnValues | null) => void;
  readonly addValue: (key: string, recipient: string, value: string) => void;
  readonly end: () => void;
};

function createOpenPiece(push: (piece: string) => void): OpenPiece {
  let index = 0;
  let recipients: string[] = [];
  let parameters = new Map<string, Map<string, string>>();
  const addValue = (key: string, recipient: string, value: string): void => {
    const ofKey = parameters.get(key);
    if (ofKey) ofKey.set(recipient, value);
    else parameters.set(key, new Map([[recipient, value]]));
  };
  const end = (): void => {
    if (recipients.length === 0) return;
    push(packPiece({ recipients, parameters }));
    index += 1;
    recipients = [];
    if (parameters.size > 0) parameters = new Map();
  };
  return {
    index: () => index,
    recipients: () => recipients,
    add: (recipient, values) => {
      if (values !== null) for (const key of Object.keys(values)) addValue(key, recipient, values[key] ?? "");
      recipients.push(recipient);
      if (recipients.length === LIMITS.recipientsPerBatch) end();
    },
    addValue,
    end,
  };
}

/** Bare recipients as a piece. */
export function packRecipients(recipients: readonly string[]): string {
  return packPiece({ recipients, parameters: NO_PARAMETERS });
}
