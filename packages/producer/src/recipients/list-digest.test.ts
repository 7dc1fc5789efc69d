import { describe, expect, it } from "@jest/globals";
import { createListDigest } from "./list-digest.ts";
import { createOwnValuesReader } from "./own-values.ts";
import { createRecipientIntake } from "./recipient-intake.ts";
import { giveAll } from "./recipient-source.ts";

const MESSAGE = { from: "Volley", body: "Hi ${name}!" };

async function digestOf(entries: Iterable<unknown>): Promise<string> {
  const digest = createListDigest();
  const readValues = createOwnValuesReader(MESSAGE, new Date());
  const intake = createRecipientIntake({ digest, readValues }, () => {});
  await giveAll(entries, { take: intake.take, catchUp: async () => {} }, undefined);
  intake.end();
  return digest.end();
}

function* inPages(entries: readonly unknown[], size: number): Generator<readonly unknown[]> {
  for (let first = 0; first < entries.length; first += size) yield entries.slice(first, first + size);
}

const ENTRIES = Array.from({ length: 2_500 }, (_, index) => {
  if (index % 700 === 699) return "nobody";
  const to = `+46 ${700_000_000 + (index % 2_000)}`;
  return index % 3 === 0 ? { to, parameters: { name: `Name ${index}`, code: "1" } } : to;
});

describe("the digest of a list", () => {
  it.each([1, 7, 999, 1_000, 1_001, 5_000])("is the same when it comes in pages of %d", async (size) => {
    expect(await digestOf(inPages(ENTRIES, size))).toBe(await digestOf(ENTRIES));
  });

  it("does not depend on how a number is written, nor on the order of values", async () => {
    const first = await digestOf([{ to: "46700000001", parameters: { name: "Ann", code: "1" } }]);
    expect(await digestOf([{ to: "+46 70-000 00 01", parameters: { code: "1", name: "Ann" } }])).toBe(first);
  });

  it("does not depend on what stands where nobody is, nor on values that are null", async () => {
    expect(await digestOf(["46700000001", "nobody"])).toBe(await digestOf(["46700000001", "+1"]));
    const plain = await digestOf(["46700000001"]);
    for (const parameters of [null, {}, { name: null }]) {
      expect(await digestOf([{ to: "46700000001", parameters }])).toBe(plain);
    }
  });

  it.each<[string, unknown[]]>([
    ["the order", ["46700000002", "46700000001"]],
    ["a duplicate", ["46700000001", "46700000002", "46700000001"]],
    ["somebody who is missing", ["46700000001"]],
    ["an entry that is no recipient", ["46700000001", "46700000002", "nobody"]],
    ["a value", ["46700000001", { to: "46700000002", parameters: { name: "Ann" } }]],
  ])("depends on %s", async (_, other) => {
    expect(await digestOf(other)).not.toBe(await digestOf(["46700000001", "46700000002"]));
  });
});
