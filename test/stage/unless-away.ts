import { expect } from "@jest/globals";

/** For a Redis that is away for a while: it is said to be, and asked again. @throws when something else was said */
export function unlessAway(error: unknown): null {
  expect(error).toMatchObject({ code: "VOLLEY_REDIS_UNAVAILABLE" });
  return null;
}
