import { describe, expect, it } from "@jest/globals";
import { createSeenRecipients } from "../recipients/seen-recipients.ts";
import { createFilterPool } from "../recipients/filter-pool.ts";
import { createSeenFilter } from "../recipients/seen-filter.ts";
import { type Taken, takeRecipients } from "./take-recipients.ts";

function numbers(count: number, from = 46_700_000_000): string[] {
  return Array.from({ length: count }, (_, index) => String(from + index));
}

async function taken(source: Iterable<unknown>, mostExact: number): Promise<Taken & { readonly calls: number[] }> {
  const seen = createSeenRecipients(
    createFilterPool(() => createSeenFilter(1_024 * 1_024)),
    { exact: mostExact, size: null },
  );
  const calls: number[] = [];
  const result = await takeRecipients({
    source,
    readValues: () => null,
    isComplete: () => true,
    seen,
    lookForSuppressed: null,
    onRecipient: (_recipient, _own, index) => void calls.push(index),
    room: async () => {},
    signal: undefined,
  });
  seen.end();
  return { ...result, calls };
}

describe("the recipients of a check", () => {
  it("are told with their places, past entries that are rejected", async () => {
    const { calls, recipients } = await taken(["x", ...numbers(1_500), "y", "46700000000", "46800000000"], 10_000);
    expect(calls).toEqual([...numbers(1_500).map((_, index) => index + 1), 1_503]);
    expect(recipients.duplicateAt).toEqual([1_502]);
    expect(recipients.rejectedAt.map(({ index }) => index)).toEqual([0, 1_501]);
  });

  it("are certain about duplicates while each can be remembered, and say when they are not", async () => {
    const people = [...numbers(2_000), ...numbers(2_000)];
    expect(await taken(people, 10_000)).toMatchObject({ isEstimated: false, recipients: { duplicate: 2_000 } });
    expect(await taken(people, 1_000)).toMatchObject({ isEstimated: true, recipients: { duplicate: 2_000 } });
    expect(await taken(numbers(2_000), 1_000)).toMatchObject({ isEstimated: false, recipients: { duplicate: 0 } });
  });

  it("are counted up to an entry that is none, which is a problem", async () => {
    const { problems, recipients } = await taken(["46700000000", 7, "46700000001"], 10_000);
    expect(problems).toEqual([{ field: "to[1]", message: expect.stringMatching(/^expected a string or an object/) }]);
    expect(recipients).toMatchObject({ requested: 1, valid: 1 });
  });
});
