import { isGroup, normaliseRecipient } from "./recipient.ts";

/** Placeholder, then recipient as it goes over the wire (or `default`), then value. */
export type Parameters = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** Parameters as they stand in a send and on the wire. */
export type WireParameters = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The entry that is for every recipient who is not listed. */
const DEFAULT = "default";

/**
 * Reads the `parameters` of a send, so that a value is found whichever way its recipient was written. An entry for
 * something that is not a recipient is left out: it could reach nobody.
 *
 * @param parameters - as the caller wrote them
 */
export function readParameters(parameters: WireParameters | undefined): Parameters {
  return new Map(
    Object.entries(parameters ?? {}).map(([key, values]) => [
      key,
      new Map(
        Object.entries(values).flatMap(([recipient, value]) => {
          const normalised = recipient === DEFAULT ? DEFAULT : normaliseRecipient(recipient);
          return normalised === null ? [] : [[normalised, value] as const];
        }),
      ),
    ]),
  );
}

/**
 * The parameters of some recipients only: nobody's data travels in a batch that is not for them.
 *
 * A group stands for numbers that nobody here knows, and Sinch finds the values of its members by their numbers. So where
 * a group is among the recipients, the values of everybody who is no recipient of the send go along.
 *
 * @param parameters - of the whole send
 * @param recipients - of one batch, as they go over the wire
 * @param everybody - all recipients of the send. @default those of the batch
 * @returns `undefined` when the send has no parameters
 */
export function parametersFor(
  parameters: Parameters,
  recipients: readonly string[],
  everybody: readonly string[] = recipients,
): WireParameters | undefined {
  if (parameters.size === 0) return undefined;
  const others = recipients.some(isGroup) ? new Set(everybody) : null;
  return Object.fromEntries(
    [...parameters].map(([key, values]) => {
      const ofMembers = others ? [...values].filter(([recipient]) => !others.has(recipient)) : [];
      return [key, Object.fromEntries([...valuesOf(values, recipients), ...ofMembers])];
    }),
  );
}

function valuesOf(values: ReadonlyMap<string, string>, recipients: readonly string[]): [string, string][] {
  return [...recipients, DEFAULT].flatMap((recipient) => {
    const value = values.get(recipient);
    return value === undefined ? [] : [[recipient, value]];
  });
}
