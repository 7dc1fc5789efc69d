import { afterAll, expect, test } from "@jest/globals";
import { valuesOfNumbers } from "@volley/contract";
import fc from "fast-check";
import { Redis } from "ioredis";
import { testRedisUrl } from "../../../../test/own-prefix.ts";
import { HAS_PERSON, packPeople, placeOfPerson, withoutPacked } from "./pack-people.ts";

const redis = new Redis(testRedisUrl());

afterAll(async () => void (await redis.quit()));

const NUMBER = fc.integer({ min: 1, max: 999_999_999_999_999 }).map(String);

test("a list has those who were packed into it, and nobody else", async () => {
  const lookFor = `${HAS_PERSON} return has_person(ARGV[1], tonumber(ARGV[2]), ARGV[3]) and 1 or 0`;
  const has = async (list: string, number: string): Promise<boolean> => {
    const { bucket, rest } = placeOfPerson(number);
    return (await redis.eval(lookFor, 0, list, bucket, rest)) === 1;
  };
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(NUMBER, { maxLength: 300 }), NUMBER, async (numbers, other) => {
      const { packed: list } = packPeople(valuesOfNumbers(numbers));
      for (const number of numbers.slice(0, 5)) expect(await has(list, number)).toBe(true);
      for (const near of [other, String(Number(numbers[0] ?? 1) + 64), "999999999999999"]) {
        expect(await has(list, near)).toBe(numbers.includes(near));
      }
    }),
    { numRuns: 60 },
  );
});

test("a list without somebody is that of the others, and one that does not have them stays", () => {
  fc.assert(
    fc.property(fc.uniqueArray(NUMBER, { minLength: 1, maxLength: 300 }), NUMBER, (numbers, other) => {
      const { packed } = packPeople(valuesOfNumbers(numbers));
      const [gone = "", ...others] = numbers;
      // Within a bucket the order is that in which they were packed.
      expect(withoutPacked(packed, gone)).toBe(packPeople(valuesOfNumbers(others)).packed);
      expect(withoutPacked(packed, other) === null).toBe(!numbers.includes(other));
    }),
  );
});

test("a thousand numbers take as many bytes as Redis has in one of its sizes", () => {
  const numbers = Array.from({ length: 1_000 }, (_, index) => String(46_700_000_000 + index * 7));
  expect(packPeople(valuesOfNumbers(numbers)).packed).toHaveLength(7_128);
});
