import type { Person } from "./read-people.ts";
import { isWithoutRegion } from "./regions-in.ts";
import { regionOf } from "./sends-from-people.ts";

/** The people of one region, in the order of the file; `null` for a file that names none. */
export async function* peopleOfRegion(
  people: AsyncIterable<Person>,
  wanted: string | null,
  fallback: string | undefined,
): AsyncGenerator<Person> {
  for await (const person of people) {
    const region = isWithoutRegion(person, fallback) ? null : regionOf(person, fallback);
    if (region === wanted) yield person;
  }
}
