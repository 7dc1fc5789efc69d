import type { Person } from "@volley/lists";
import { regionOrNull } from "./regions-in.ts";

/** The people of one region, in the order of the file; `null` for a file that names none. */
export async function* peopleOfRegion(
  people: AsyncIterable<Person>,
  wanted: string | null,
  fallback: string | undefined,
): AsyncGenerator<Person> {
  for await (const person of people) {
    if (regionOrNull(person, fallback) === wanted) yield person;
  }
}
