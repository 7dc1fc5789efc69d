import { type Parameters, placeholdersIn, textFor } from "@volley/contract";
import { DEFAULT, type OwnValues } from "../recipients/own-values.ts";

/** The text of each recipient, with the values that stand in the send or come along with the recipient. */
export type PersonalText = {
  /** Whether everybody gets the body as it is. */
  readonly isSame: boolean;
  readonly textOf: (recipient: string, own: OwnValues | null) => string;
  /** The value of a placeholder, the recipient's own before those that the send lists; `undefined` without one. */
  readonly valueOf: (key: string, recipient: string, own: OwnValues | null) => string | undefined;
  /** The placeholders of the body. */
  readonly keys: readonly string[];
};

/** Fills in a body as a worker does, without taking a thousand recipients together first. */
export function createPersonalText(body: string, parameters: Parameters): PersonalText {
  const keys = placeholdersIn(body);
  // The same maps for everybody: a million recipients would each cost one per placeholder.
  const filled = new Map(keys.map((key) => [key, new Map<string, string>()]));
  const valueOf: PersonalText["valueOf"] = (key, recipient, own) => {
    if (own !== null && Object.hasOwn(own, key)) return own[key];
    const values = parameters.get(key);
    return values?.get(recipient) ?? values?.get(DEFAULT);
  };
  return {
    isSame: keys.length === 0,
    keys,
    valueOf,
    textOf: (recipient, own) => {
      for (const [key, values] of filled) {
        values.clear();
        const value = valueOf(key, recipient, own);
        if (value !== undefined) values.set(recipient, value);
      }
      return textFor(body, filled, recipient);
    },
  };
}
