import type { Person } from "@volley/lists";

/** The same people, whose file is read no further once somebody has interrupted it. @throws the signal's reason */
export async function* untilInterrupted(people: AsyncIterable<Person>, signal: AbortSignal): AsyncGenerator<Person> {
  for await (const person of people) {
    signal.throwIfAborted();
    yield person;
  }
}
