import { AUTO_REGION, isRegionName, kindOf, LIMITS, normaliseRecipient, type Send } from "@volley/contract";
import { CliError } from "../cli-error.ts";
import { columnsInWords } from "./columns-in-words.ts";
import { looksLikeNumber } from "./looks-like-number.ts";
import { placeholdersIn } from "./placeholders-in.ts";
import type { Person } from "./read-people.ts";

/** What is the same for everybody. `${column}` in the body stands for the value of that column. */
export type Template = Omit<Send, "to" | "parameters" | "type" | "body"> & { readonly body: string };

/** One send per region, and what was noticed on the way. */
export type SendsFromPeople = {
  readonly sends: ReadonlyMap<string, Send>;
  /** Regions with more people than travel in one job: their sends hold the first of them only, to be looked at. */
  readonly large: ReadonlySet<string>;
  /** Lines whose number is none. They stay in the send, so that its result accounts for them. */
  readonly badLines: readonly number[];
  /** How many of these lines each region has, where it has any. */
  readonly badIn: ReadonlyMap<string, number>;
};

/**
 * Makes one send per region out of people. A number that stands in several lines gets the values of the first one, the
 * mention that the worker keeps.
 *
 * @param people - in any order
 * @param template - the message
 * @param region - for lines without a region of their own
 * @throws CliError when a line has no region, or a placeholder has no column
 */
export async function sendsFromPeople(
  people: AsyncIterable<Person>,
  template: Template,
  region: string | undefined,
): Promise<SendsFromPeople> {
  const keys = placeholdersIn(template.body);
  const groups = new Map<string, Group>();
  const large = new Set<string>();
  const badLines: number[] = [];
  const badIn = new Map<string, number>();
  for await (const person of people) {
    const name = regionOf(person, region);
    const group = groups.get(name) ?? emptyGroup(keys);
    groups.set(name, group);
    const recipient = normaliseRecipient(person.number);
    if (recipient === null) {
      badLines.push(person.line);
      badIn.set(name, (badIn.get(name) ?? 0) + 1);
    }
    if (group.to.length < LIMITS.unstagedRecipients) addPerson(group, person, recipient);
    else large.add(name);
  }
  if (groups.size === 0) throw new CliError("expected at least one line below the heading, got none");
  const sends = new Map([...groups].map(([name, group]) => [name, sendOf(group, template)]));
  return { badLines, badIn, large, sends };
}

/** Maps and not objects: the names come from a file, and an object has some already. */
type Group = { readonly to: string[]; readonly parameters: ReadonlyMap<string, Map<string, string>> };

function emptyGroup(keys: readonly string[]): Group {
  return { to: [], parameters: new Map(keys.map((key) => [key, new Map()])) };
}

/**
 * The region of a line.
 *
 * @param fallback - for lines without a region of their own
 * @throws CliError when there is neither, or the name cannot be one
 */
export function regionOf({ region, line }: Person, fallback: string | undefined): string {
  const name = region ?? fallback;
  if (name === undefined) throw new CliError(`line ${line}: expected a region column or --region, got neither`);
  if (isRegionName(name) || name === AUTO_REGION) return name;
  const got = looksLikeNumber(name) ? "a number" : kindOf(name);
  throw new CliError(`line ${line}: expected the name of a region such as eu, got ${got}`);
}

function addPerson({ to, parameters }: Group, { number, columns, line }: Person, recipient: string | null): void {
  to.push(number);
  for (const [key, values] of parameters) {
    const value = columns.get(key);
    if (value === undefined) {
      throw new CliError(
        `line ${line}: expected a column named ${key} for \${${key}}, got ${columnsInWords([...columns.keys()])}`,
      );
    }
    if (recipient !== null && !values.has(recipient)) values.set(recipient, value);
  }
}

function sendOf({ to, parameters }: Group, template: Template): Send {
  const entries = [...parameters].map(([key, values]) => [key, Object.fromEntries(values)] as const);
  return { ...template, to, ...(entries.length > 0 && { parameters: Object.fromEntries(entries) }) };
}
