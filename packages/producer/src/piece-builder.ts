import { LIMITS, packPiece, type Parameters } from "@volley/contract";
import type { OwnValues } from "./own-values.ts";

/** Puts recipients together into pieces of exactly as many as a part has. */
export type PieceBuilder = {
  /** @param values - the recipient's own; they go before those that the send lists for it */
  readonly add: (recipient: string, values: OwnValues | null) => void;
  /** Whether a piece is not begun, and none of the recipients to come has values in the send. */
  readonly isBare: () => boolean;
  /** The recipients of the piece that is not full yet. */
  readonly begun: () => readonly string[];
  /** Gives away the piece that is not full yet, if there is one. */
  readonly end: () => void;
};

const NO_PARAMETERS: Parameters = new Map();

/**
 * Creates a builder.
 *
 * @param listed - values that the send has for single recipients
 * @param push - takes a piece as it goes to Redis
 */
export function createPieceBuilder(listed: Parameters, push: (piece: string) => void): PieceBuilder {
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
    recipients = [];
    if (parameters.size > 0) parameters = new Map();
  };
  return {
    add: (recipient, values) => {
      for (const [key, ofKey] of listed) {
        const value = ofKey.get(recipient);
        if (value !== undefined) addValue(key, recipient, value);
      }
      if (values !== null) for (const key of Object.keys(values)) addValue(key, recipient, values[key] ?? "");
      recipients.push(recipient);
      if (recipients.length === LIMITS.recipientsPerBatch) end();
    },
    isBare: () => recipients.length === 0 && listed.size === 0,
    begun: () => recipients,
    end,
  };
}

/** Bare recipients as a piece. */
export function packRecipients(recipients: readonly string[]): string {
  return packPiece({ recipients, parameters: NO_PARAMETERS });
}
