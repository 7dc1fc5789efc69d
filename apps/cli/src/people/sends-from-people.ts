import {
  AUTO_REGION,
  isRegionName,
  kindOf,
  LIMITS,
  normaliseRecipient,
  placeholdersIn,
  type Send,
  wrongRecipient,
} from "@volley/contract";
import { type ColumnOfText, columnsOfText, createValuesOfText, looksLikeNumber, type Person } from "@volley/lists";
import { createTextWatch, type TextWarning } from "@volley/producer";
import { CliError } from "../exit/cli-error.ts";

/** What is the same for everybody. `${column}` in the body stands for the value of that column. */
export type Template = Omit<Send, "to" | "parameters" | "type" | "body"> & { readonly body: string };

/** One send per region, and what was noticed on the way. */
export type SendsFromPeople = {
  readonly sends: ReadonlyMap<string, Send>;
  /** Regions with more people than travel in one job: their sends hold the first of them only, to be looked at. */
  readonly large: ReadonlySet<string>;
  /** Lines with a number. */
  readonly valid: number;
  /** Lines whose number is none. They stay in the send, so that its result accounts for them. */
  readonly badLines: readonly number[];
  /** Lines that end before a cell that is needed, and those with more cells than the heading; they stay, too. */
  readonly missingCells: readonly number[];
  readonly tooManyCells: readonly number[];
  /** Those of them whose number a spreadsheet has shortened. */
  readonly shortenedLines: readonly number[];
  /** How many of all these lines each region has, where it has any. */
  readonly badIn: ReadonlyMap<string, number>;
  /** What is seldom meant about the texts; it names lines. */
  readonly warnings: readonly TextWarning[];
  /** The columns that stand in the text. */
  readonly columns: readonly ColumnOfText[];
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
  const placeholders = placeholdersIn(template.body);
  const valuesOf = createValuesOfText(placeholders);
  const watch = createTextWatch(template.body);
  const groups = new Map<string, Group>();
  const large = new Set<string>();
  const bad = createBadLines();
  let valid = 0;
  let columns: readonly ColumnOfText[] | null = null;
  for await (const person of people) {
    columns ??= columnsOfText(placeholders, [...person.columns.keys()]);
    const name = regionOf(person, region);
    const group = groups.get(name) ?? emptyGroup(placeholders);
    groups.set(name, group);
    const recipient = normaliseRecipient(person.number);
    const values = new Map(valuesOf(person));
    if (recipient === null) {
      bad.add(name, person);
    } else {
      valid += 1;
      watch.add((placeholder) => values.get(placeholder), person.line);
    }
    if (group.to.length < LIMITS.unstagedRecipients) addPerson(group, person.number, recipient, values);
    else large.add(name);
  }
  if (groups.size === 0) throw new CliError("expected at least one line below the heading, got none");
  const sends = new Map([...groups].map(([name, group]) => [name, sendOf(group, template)]));
  return { ...bad.found, large, sends, valid, warnings: watch.warnings(), columns: columns ?? [] };
}

function createBadLines() {
  const badLines: number[] = [];
  const shortenedLines: number[] = [];
  const missingCells: number[] = [];
  const tooManyCells: number[] = [];
  const badIn = new Map<string, number>();
  return {
    found: { badLines, shortenedLines, missingCells, tooManyCells, badIn },
    add: (region: string, { number, line }: Person): void => {
      const reason = wrongRecipient(number);
      if (reason === "missing_cells") missingCells.push(line);
      else if (reason === "too_many_cells") tooManyCells.push(line);
      else badLines.push(line);
      if (reason === "shortened_msisdn") shortenedLines.push(line);
      badIn.set(region, (badIn.get(region) ?? 0) + 1);
    },
  };
}

/** Maps and not objects: the names come from a file, and an object has some already. */
type Group = { readonly to: string[]; readonly parameters: ReadonlyMap<string, Map<string, string>> };

function emptyGroup(placeholders: readonly string[]): Group {
  return { to: [], parameters: new Map(placeholders.map((placeholder) => [placeholder, new Map()])) };
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

function addPerson(
  { to, parameters }: Group,
  number: string,
  recipient: string | null,
  values: ReadonlyMap<string, string>,
): void {
  to.push(number);
  if (recipient === null) return;
  for (const [placeholder, ofRecipients] of parameters) {
    if (!ofRecipients.has(recipient)) ofRecipients.set(recipient, values.get(placeholder) ?? "");
  }
}

function sendOf({ to, parameters }: Group, template: Template): Send {
  const entries = [...parameters].map(([key, values]) => [key, Object.fromEntries(values)] as const);
  return { ...template, to, ...(entries.length > 0 && { parameters: Object.fromEntries(entries) }) };
}
