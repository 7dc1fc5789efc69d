import { describe, expect, test } from "@jest/globals";
import { CountTable } from "./count-table.ts";

describe("CountTable", () => {
  test("agrees with a map over many growths, for runs and for scattered numbers", () => {
    const table = new CountTable();
    const expected = new Map<number, number>();
    let random = 1;
    for (let index = 0; index < 60_000; index += 1) {
      random = (random * 48_271) % 2_147_483_647;
      const key = index % 2 === 0 ? 46_700_000_000 + (index % 20_000) : 100_000_000_000_000 + random;
      expected.set(key, (expected.get(key) ?? 0) + 1);
      if (table.increment(key) !== expected.get(key)) throw new Error(`miscounts ${key}`);
    }
    expect([...expected].filter(([key, count]) => table.get(key) !== count)).toEqual([]);
  });

  test("knows nothing of a number that was not counted", () => {
    expect(new CountTable().get(46701234567)).toBe(0);
  });

  test("takes counts back, and not below zero", () => {
    const table = new CountTable();
    table.increment(46701234567);
    table.increment(46701234567);
    expect(table.decrement(46701234567)).toBe(1);
    expect(table.decrement(46701234567)).toBe(0);
    expect(table.decrement(46701234567)).toBe(0);
    expect(table.increment(46701234567)).toBe(1);
  });

  test("holds the largest number of fifteen digits apart from its neighbour", () => {
    const table = new CountTable();
    table.increment(999_999_999_999_999);
    expect([table.get(999_999_999_999_999), table.get(999_999_999_999_998)]).toEqual([1, 0]);
  });

  test("stops at 65,535 and does not start again from zero", () => {
    const table = new CountTable();
    for (let count = 0; count < 65_540; count += 1) table.increment(12345);
    expect(table.get(12345)).toBe(65_535);
  });
});
