import { LIMITS } from "@volley/contract";
import type { ListEntry } from "./list-entry.ts";
import type { Person } from "./read-people.ts";
import { createValuesOfText } from "./values-of-text.ts";

/**
 * People as recipients, page by page, each with the values of the columns that stand in the body.
 *
 * @param placeholders - of the body
 */
export async function* pagesOfPeople(
  people: AsyncIterable<Person>,
  placeholders: readonly string[],
): AsyncGenerator<ListEntry[]> {
  const valuesOf = createValuesOfText(placeholders);
  let page: ListEntry[] = [];
  for await (const person of people) {
    const { number } = person;
    page.push(placeholders.length === 0 ? number : { to: number, parameters: Object.fromEntries(valuesOf(person)) });
    if (page.length < LIMITS.recipientsPerBatch) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}
