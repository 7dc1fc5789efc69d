import { expect, test } from "@jest/globals";
import { pagesOfPeople, people, person } from "./children/people.ts";

test("everybody has a number of one's own, all of the same length", () => {
  const numbers = [...people(200_000), ...people(200_000, 19_800_000)];
  expect(new Set(numbers).size).toBe(400_000);
  expect(numbers.every((number) => /^[1-9]\d{10}$/.test(number))).toBe(true);
});

test("the same index is the same person, by list or alone", () => {
  expect([...pagesOfPeople(5, 2, 10)]).toEqual([[person(10), person(11)], [person(12), person(13)], [person(14)]]);
});
