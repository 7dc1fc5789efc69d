import { type LineFault, LIMITS, wrongRecipient } from "@volley/contract";
import type { Person } from "../people/read-people.ts";
import { createValuesOfText, type ValuesOfText } from "../people/values-of-text.ts";
import { type ListLine, wrongLine } from "./list-line.ts";

/** What a text needs of each line, and where it goes. */
export type LinesOfPeopleOptions = {
  /** Those of the body. */
  readonly placeholders: readonly string[];
  /** Lines of a list with a column for it that name another one are wrong. */
  readonly region: string;
};

/**
 * The lines of a CSV, page by page, each with the values of the columns that stand in the body.
 *
 * @throws ListError when there is nobody, or no column for a placeholder
 */
export async function* linesOfPeople(
  people: AsyncIterable<Person>,
  { placeholders, region }: LinesOfPeopleOptions,
): AsyncGenerator<readonly ListLine[]> {
  const valuesOf = createValuesOfText(placeholders);
  let page: ListLine[] = [];
  for await (const person of people) {
    page.push(lineOf(person, valuesOf(person), region));
    if (page.length < LIMITS.recipientsPerBatch) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

function lineOf(person: Person, values: ReturnType<ValuesOfText>, region: string): ListLine {
  const { line, number } = person;
  const fault = faultIn(person, values, region);
  if (fault !== null) return wrongLine(line, fault);
  const reason = wrongRecipient(number);
  const isBare = values.length === 0 || reason !== null;
  return { line, entry: isBare ? number : { to: number, parameters: Object.fromEntries(values) }, reason };
}

function faultIn(person: Person, values: ReturnType<ValuesOfText>, region: string): LineFault | null {
  if (person.region !== null && person.region !== region) return "other_region";
  return values.some(([, value]) => value.length > LIMITS.parameterValueCharacters) ? "invalid_parameters" : null;
}
