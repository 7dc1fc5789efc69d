import { isForgotten } from "../recipients/forgotten.ts";
import type { Person } from "../recipients/person.ts";

/** What everybody gets, and what it comes from: somebody's number in it is no trace of theirs. */
const OF_EVERYBODY: ReadonlySet<string> = new Set(["body", "from", "message"]);

/** What stands in place of a text that was for those alone who are forgotten. */
const NO_TEXT = "forgotten";
/** The same in Base64, of as few bytes. */
const NO_BINARY = "AA==";

/**
 * Data or a result of a job with somebody else in place of a person: whoever was in a list is still counted there. What belongs
 * to them alone, such as values for the text, is gone; the text, too, where it was for nobody else.
 *
 * @param standIn - of `newForgotten`
 */
export function withoutPerson(value: unknown, person: Person, standIn: string): unknown {
  return withoutText(replaced(value, person, standIn));
}

function replaced(value: unknown, person: Person, standIn: string): unknown {
  if (typeof value === "string") return person.is(value) ? standIn : person.replaceIn(value, standIn);
  if (Array.isArray(value)) return value.map((each) => replaced(each, person, standIn));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, each]) => {
      if (person.is(name)) return [];
      // The message of Volley's own forms has fields of its own.
      const isText = OF_EVERYBODY.has(name) && !(name === "message" && typeof each === "object" && "body" in each);
      return [[name, isText ? each : replaced(each, person, standIn)]];
    }),
  );
}

function withoutText(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("to" in value)) return value;
  const { to } = value;
  const isForNobody = Array.isArray(to) && to.every((each) => typeof each === "string" && isForgotten(each));
  return isForNobody ? withBlankText(value) : value;
}

/** A message with a text in its place that says nothing. */
export function withBlankText(message: object): object {
  if (!("body" in message)) return message;
  return { ...message, body: blank(message.body, "type" in message && message.type === "mt_binary") };
}

function blank(body: unknown, isBinary: boolean): unknown {
  if (typeof body === "string") return isBinary ? NO_BINARY : NO_TEXT;
  if (typeof body !== "object" || body === null) return body;
  return Object.fromEntries(Object.entries(body).map(([name, each]) => [name, name === "url" ? each : NO_TEXT]));
}
