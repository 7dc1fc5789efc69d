import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { createFilterPool } from "./filter-pool.ts";
import { createSeenFilter, SEPARATOR } from "./seen-filter.ts";
import { createSeenRecipients, NEW, PERHAPS_SEEN, SEEN } from "./seen-recipients.ts";

const FILTERS = createFilterPool(() => createSeenFilter(1_024 * 1_024));

const ANYBODY = fc.oneof(
  fc.integer({ min: 1_000_000, max: 1_000_050 }).map(String),
  fc.bigInt({ min: 10n ** 14n, max: 10n ** 15n - 1n }).map(String),
  fc.constantFrom("01E00000000000000000000001", "01E00000000000000000000002", "abcDEF123456"),
);

function verdictsOf(lists: readonly (readonly string[])[], exact = 1_000_000): number[][] {
  const memory = createSeenRecipients(FILTERS, { exact, size: null });
  const verdicts = new Uint8Array(100_000);
  const all = lists.map((recipients) => {
    memory.look({ recipients, packed: recipients.join(SEPARATOR) }, verdicts);
    return [...verdicts.subarray(0, recipients.length)];
  });
  memory.end();
  return all;
}

function numbers(count: number, from = 46_700_000_000): string[] {
  return Array.from({ length: count }, (_, index) => String(from + index));
}

describe("the memory of who came before", () => {
  it("tells exactly who came before, numbers and groups", () => {
    fc.assert(
      fc.property(fc.array(fc.array(ANYBODY, { maxLength: 50 })), (lists) => {
        const before = new Set<string>();
        const expected = lists.map((recipients) =>
          recipients.map((recipient) => {
            const verdict = before.has(recipient) ? SEEN : NEW;
            before.add(recipient);
            return verdict;
          }),
        );
        expect(verdictsOf(lists)).toEqual(expected);
      }),
    );
  });

  it("stays exact while it grows", () => {
    const [first = [], again = []] = verdictsOf([numbers(100_000), numbers(100_000)]);
    expect(first.every((verdict) => verdict === NEW)).toBe(true);
    expect(again.every((verdict) => verdict === SEEN)).toBe(true);
  });

  it("keeps numbers of fifteen digits apart", () => {
    expect(verdictsOf([["999999999999998", "999999999999999", "999999999999998"]])).toEqual([[NEW, NEW, SEEN]]);
  });

  it("goes on with a filter when there are too many, which forgets nobody", () => {
    const first = [...numbers(1_500), "abcDEF123456"];
    const verdicts = verdictsOf([first, first, numbers(100, 12_015_550_000)], 1_500);
    expect(verdicts[0]).toEqual(first.map(() => NEW));
    expect(verdicts[1]).toEqual(first.map(() => PERHAPS_SEEN));
    expect(verdicts[2]).toEqual(numbers(100).map(() => NEW));
  });
});
