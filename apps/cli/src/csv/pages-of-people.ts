import { LIMITS } from "@volley/contract";
import type { RecipientEntry } from "@volley/producer";
import type { Person } from "./read-people.ts";

/**
 * People as recipients, page by page, each with the values of the columns that stand in the body.
 *
 * @param keys - those columns
 */
export async function* pagesOfPeople(
  people: AsyncIterable<Person>,
  keys: readonly string[],
): AsyncGenerator<RecipientEntry[]> {
  let page: RecipientEntry[] = [];
  for await (const { number, columns } of people) {
    const values = keys.map((key) => [key, columns.get(key) ?? ""] as const);
    page.push(keys.length === 0 ? number : { to: number, parameters: Object.fromEntries(values) });
    if (page.length < LIMITS.recipientsPerBatch) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}
