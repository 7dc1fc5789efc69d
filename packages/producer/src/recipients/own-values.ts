import {
  hasValues,
  InvalidSendError,
  keysWithoutDefault,
  LIMITS,
  type Parameters,
  type Problem,
} from "@volley/contract";
import { readWithoutRecipients } from "../terms/read-message.ts";

/** The values of one recipient, by placeholder. */
export type OwnValues = Readonly<Record<string, string>>;

/** Reads the values that a recipient brings along. */
export type OwnValuesReader = (parameters: unknown, index: number) => OwnValues | null;

/** No text has room for more. Without an end, recipients as keys would make a thousand columns of each thousand. */
const MOST_PLACEHOLDERS = LIMITS.bodyCharacters / "${x}".length;

/** The entry that is for everybody. */
export const DEFAULT = "default";

/**
 * Creates a reader. A placeholder is checked by the contract when it comes for the first time; afterwards only its values
 * are, because a million recipients bring the same few.
 *
 * @param message - the send without its recipients
 */
export function createOwnValuesReader(message: object, now: Date): OwnValuesReader {
  const known = new Set<string>();
  return (parameters, index) => {
    if (parameters === undefined || parameters === null) return null;
    if (typeof parameters !== "object" || Array.isArray(parameters)) {
      throw invalidEntry(index, "expected parameters of the form { placeholder: value }");
    }
    // A source may go on to change the object for the next recipient, who would be in the same chunk.
    const values: Record<string, unknown> = { ...parameters };
    for (const key of Object.keys(values)) {
      const value = values[key];
      // A column that is empty for this one: they have no value of their own.
      if (value === null) Reflect.deleteProperty(values, key);
      if (value === null) continue;
      if (typeof value === "string" && value.length <= LIMITS.parameterValueCharacters && known.has(key)) continue;
      const problems = problemsOf(message, key, value, now);
      if (problems.length > 0) {
        throw new InvalidSendError(problems.map(({ field, ...rest }) => ({ field: `to[${index}].${field}`, ...rest })));
      }
      known.add(key);
      if (known.size > MOST_PLACEHOLDERS) {
        throw invalidEntry(index, `expected at most ${MOST_PLACEHOLDERS} placeholders in the whole list, got one more`);
      }
    }
    return Object.keys(values).length === 0 ? null : (values as OwnValues);
  };
}

/**
 * Whether a recipient has a value for every placeholder of the text that has no default, be it their own or in the send.
 *
 * @param parameters - of the send
 */
export function completenessOf(
  message: object,
  parameters: Parameters,
): (recipient: string, own: OwnValues | null) => boolean {
  const keys = keysWithoutDefault(Reflect.get(message, "body"), parameters);
  if (keys.length === 0) return () => true;
  return (recipient, own) => {
    const others = own === null ? keys : keys.filter((key) => !Object.hasOwn(own, key));
    return hasValues(recipient, others, parameters);
  };
}

/** The mistake of one entry of a list. */
export function invalidEntry(index: number, message: string): InvalidSendError {
  return new InvalidSendError([{ field: `to[${index}]`, message }]);
}

/** Parameters in two: what is for everybody stays in the job, the rest belongs to recipients and travels with them. */
export function splitParameters(parameters: Parameters): {
  readonly common: Record<string, Record<string, string>>;
  readonly listed: Parameters;
} {
  const common = [...parameters].map(([key, values]) => {
    const value = values.get(DEFAULT);
    return [key, value === undefined ? {} : { [DEFAULT]: value }] as const;
  });
  const listed = [...parameters].flatMap(([key, values]) => {
    const ofRecipients = new Map(values);
    ofRecipients.delete(DEFAULT);
    return ofRecipients.size > 0 ? [[key, ofRecipients] as const] : [];
  });
  return { common: Object.fromEntries(common), listed: new Map(listed) };
}

function problemsOf(message: object, key: string, value: unknown, now: Date): Problem[] {
  const read = readWithoutRecipients({ ...message, parameters: { [key]: { [DEFAULT]: value } } }, now);
  return read.ok ? [] : read.problems;
}
