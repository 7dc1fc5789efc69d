import { otherPlaceholdersIn, placeholdersIn } from "@volley/contract";
import { people } from "../terms/people.ts";

/** Something that is seldom meant, and in the texts of so many recipients. */
export type TextWarning = {
  readonly code: "VOLLEY_EMPTY_VALUE" | "VOLLEY_OTHER_PLACEHOLDER";
  readonly message: string;
  readonly recipients: number;
  /** The first 1,000 recipients, as they were counted; empty where it is in the text of everybody. */
  readonly at: readonly number[];
};

/** Looks at the values of one recipient after the other, and keeps none. */
export type TextWatch = {
  /**
   * @param valueOf - what the recipient has for a placeholder
   * @param place - of the recipient: an index, a line
   */
  readonly add: (valueOf: (placeholder: string) => string | undefined, place: number) => void;
  /** What was noticed so far. */
  readonly warnings: () => TextWarning[];
};

/** Recipients who are named. */
const MOST_NAMED = 1_000;

/** Placeholders of others that a message repeats. */
const MOST_SHOWN = 3;

type Found = { recipients: number; readonly at: number[] };

/**
 * Watches for two accidents of campaigns: "Hi ," for whoever has an empty value, and `{{name}}` or `%name%` that phones would
 * show as it stands, be it in the text or in somebody's value.
 *
 * @param body - of the send, whatever it is
 */
export function createTextWatch(body: unknown): TextWatch {
  const keys = placeholdersIn(body);
  const inBody = otherPlaceholdersIn(textIn(body));
  const empty = new Map<string, Found>(keys.map((key) => [key, { recipients: 0, at: [] }]));
  const foreign = new Map<string, Found>(keys.map((key) => [key, { recipients: 0, at: [] }]));
  let recipients = 0;
  return {
    add: (valueOf, place) => {
      recipients += 1;
      for (const key of keys) {
        const value = valueOf(key);
        if (value === undefined) continue;
        if (value.trim() === "") count(empty.get(key), place);
        else if (isForeign(value)) count(foreign.get(key), place);
      }
    },
    warnings: () => [
      ...(inBody.length > 0 && recipients > 0 ? [everybodyGets(inBody, recipients)] : []),
      ...of(
        foreign,
        "VOLLEY_OTHER_PLACEHOLDER",
        (key) => `a placeholder of another program in the value for \${${key}}`,
      ),
      ...of(empty, "VOLLEY_EMPTY_VALUE", (key) => `an empty value for \${${key}}`),
    ],
  };
}

/** In a value also ours: values are put into the text as they are. */
function isForeign(value: string): boolean {
  return otherPlaceholdersIn(value).length > 0 || placeholdersIn(value).length > 0;
}

function count(found: Found | undefined, place: number): void {
  if (found === undefined) return;
  found.recipients += 1;
  if (found.at.length < MOST_NAMED) found.at.push(place);
}

function everybodyGets(found: readonly string[], recipients: number): TextWarning {
  const more = found.length > MOST_SHOWN ? ", …" : "";
  const shown = `${found.slice(0, MOST_SHOWN).join(", ")}${more}`;
  const message = `${people(recipients)} with ${shown} in the text as it stands: a placeholder is written \${name}`;
  return { code: "VOLLEY_OTHER_PLACEHOLDER", message, recipients, at: [] };
}

function of(
  found: ReadonlyMap<string, Found>,
  code: TextWarning["code"],
  sentence: (key: string) => string,
): TextWarning[] {
  return [...found]
    .filter(([, { recipients }]) => recipients > 0)
    .map(([key, { recipients, at }]) => ({
      code,
      message: `${people(recipients)} with ${sentence(key)}`,
      recipients,
      at,
    }));
}

function textIn(body: unknown): string {
  const text: unknown = typeof body === "object" && body !== null ? Reflect.get(body, "message") : body;
  return typeof text === "string" ? text : "";
}
