import { createHash } from "node:crypto";
import { readParameters, type WireParameters } from "../recipients/read-parameters.ts";
import { normaliseRecipient } from "../recipients/recipient.ts";
import { readTime } from "../values/time.ts";
import { withoutNulls } from "../values/without-nulls.ts";

/** A sender that is a number, however people write one. */
const NUMERIC_SENDER = /^\+?[\d\s\-()]+$/;

/**
 * A digest of what a send asks for, not of how it is written: two sends that go over the wire alike have equal
 * fingerprints. The order of fields does not count, nor how a number or a time is spelled, nor whether a field that is
 * null, or has its default, is there, nor the label: it brings nothing to anybody. The order of recipients and every character of the text count.
 *
 * @param send - the data of a job that has been found good, or what is left of it beside its recipients
 * @returns 64 hexadecimal characters
 */
export function fingerprint(send: object): string {
  return digestOf(contentOf(withoutNulls({ ...send })));
}

/**
 * The fields in which two sends do not ask for the same, in the order of their names; those of a job beside its recipients may
 * be compared likewise. Of equal fingerprints there are none.
 */
export function differingFields(one: object, other: object): string[] {
  const [first, second] = [one, other].map((send) => contentOf(withoutNulls({ ...send }))) as [object, object];
  const fields = new Set([...Object.keys(first), ...Object.keys(second)]);
  return [...fields]
    .filter((field) => digestOf([Reflect.get(first, field)]) !== digestOf([Reflect.get(second, field)]))
    .sort();
}

/** A digest of any data, whatever the order of its fields. */
export function digestOf(data: unknown): string {
  return createHash("sha256").update(JSON.stringify(data, sortedKeys)).digest("hex");
}

function contentOf(send: Readonly<Record<string, unknown>>): object {
  const { v: _, label: __, to, from, parameters, send_at: sendAt, expire_at: expireAt, options, ...others } = send;
  return {
    // What a field is where nobody has set it.
    type: "mt_text",
    priority: "normal",
    delivery_report: "none",
    ...others,
    from: typeof from === "string" && NUMERIC_SENDER.test(from) ? from.replaceAll(/\D/g, "") : from,
    to: Array.isArray(to) ? to.map(recipientOf) : to,
    parameters: isRecord(parameters) ? parametersOf(parameters) : parameters,
    send_at: timeOf(sendAt),
    expire_at: timeOf(expireAt),
    options: isRecord(options) ? optionsOf(options) : options,
  };
}

/** Who is rejected is not sent to, whatever stands there; where it stands, the order of the others says. */
function recipientOf(entry: unknown): unknown {
  return typeof entry === "string" ? normaliseRecipient(entry) : entry;
}

function timeOf(value: unknown): unknown {
  return typeof value === "string" ? (readTime(value)?.getTime() ?? value) : value;
}

/** Without any, a text is taken as it stands; that is so where the field is not there, too. */
function parametersOf(parameters: object): object | undefined {
  const read = [...readParameters(parameters as WireParameters)];
  return read.length === 0
    ? undefined
    : Object.fromEntries(read.map(([key, values]) => [key, Object.fromEntries(values)]));
}

function optionsOf(options: Readonly<Record<string, unknown>>): object | undefined {
  const { udh } = options;
  if (Object.keys(options).length === 0) return undefined;
  return typeof udh === "string" ? { ...options, udh: udh.toLowerCase() } : options;
}

function sortedKeys(_key: string, value: unknown): unknown {
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      // The client leaves out what is null, however deep it stands.
      .filter(([, entry]) => entry !== undefined && entry !== null)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
