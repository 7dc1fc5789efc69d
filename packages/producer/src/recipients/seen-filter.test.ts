import { expect, it } from "@jest/globals";
import fc from "fast-check";
import { createSeenFilter, SEPARATOR } from "./seen-filter.ts";

const SMALLEST_BYTES = 64;

/** Of any characters, the empty one too. */
const TEXT = fc.string({ unit: "binary" }).filter((text) => !text.includes(SEPARATOR));

/** @returns for each text whether it was certainly new */
function add(filter: ReturnType<typeof createSeenFilter>, texts: readonly string[]): boolean[] {
  const isNew = new Uint8Array(texts.length);
  filter.add(texts.join(SEPARATOR), isNew);
  return [...isNew].map((answer) => answer === 1);
}

it("never calls something new that it has seen, however full it is", () => {
  fc.assert(
    fc.property(fc.array(TEXT, { minLength: 1 }), (texts) => {
      const filter = createSeenFilter(SMALLEST_BYTES);
      add(filter, texts);
      expect(add(filter, texts)).toEqual(texts.map(() => false));
    }),
  );
});

it("calls nearly everything new that is, with 50 bits for each, also numbers that follow one another", () => {
  const filter = createSeenFilter(64 * 1_024);
  const numbers = Array.from({ length: 10_000 }, (_, index) => String(46_700_000_000 + index));
  expect(add(filter, numbers).filter((isNew) => !isNew).length).toBeLessThan(10);
});

it("finds a duplicate within one call", () => {
  expect(add(createSeenFilter(32 * 1_024 * 1_024), ["1", "2", "1"])).toEqual([true, true, false]);
});

it("has forgotten everything when it is cleared", () => {
  const filter = createSeenFilter(SMALLEST_BYTES);
  add(filter, ["1"]);
  filter.clear();
  expect(add(filter, ["1"])).toEqual([true]);
});

it("takes strings of any number and length at once", () => {
  const filter = createSeenFilter(32 * 1_024 * 1_024);
  expect(add(filter, [""])).toEqual([true]);
  expect(add(filter, ["x".repeat(100_000), ""])).toEqual([true, false]);
  const many = Array.from({ length: 200_000 }, (_, index) => index.toString(36));
  expect(add(filter, many).filter((isNew) => isNew).length).toBeGreaterThan(199_900);
  expect(add(filter, many).filter((isNew) => isNew)).toEqual([]);
});
