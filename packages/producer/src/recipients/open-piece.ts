import { LIMITS, packPiece } from "@volley/contract";
import type { OwnValues } from "./own-values.ts";

/** The piece that is not full yet; when it is, it is given away, and the next one begins. */
export type OpenPiece = {
  /** How many have been given away before it. */
  readonly index: () => number;
  readonly recipients: () => readonly string[];
  /** @param values - the recipient's own */
  readonly add: (recipient: string, values: OwnValues | null) => void;
  /** Adds a value of a recipient that is added next, or of a member of a group. */
  readonly addValue: (key: string, recipient: string, value: string) => void;
  /** Gives away what is in it. */
  readonly end: () => void;
};

/** Creates an empty one. @param push - takes a piece as it goes to Redis */
export function createOpenPiece(push: (piece: string) => void): OpenPiece {
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
