import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { type DuplicatesRig, inPages, people, SEND, setUpDuplicates } from "../../../../test/duplicates-rig.ts";

let rig: DuplicatesRig;

beforeEach(() => {
  rig = setUpDuplicates();
});

afterEach(async () => rig.close());

describe("a look at who got a text", () => {
  it.each([3, 3_000])("finds them among %i recipients, and remembers nobody", async (count) => {
    await rig.enqueue({ ...SEND, to: people(0, count) });
    const keys = await rig.keys("*");
    for (const to of [people(1, count), inPages(people(1, count))]) {
      const { duplicates } = await rig.producer.check({ ...SEND, to }, { duplicates: {} });
      expect(duplicates).toMatchObject({ found: count - 1, total: count, accepted: 0, since: rig.now().toISOString() });
    }
    expect(await rig.keys("*")).toHaveLength(keys.length);
    expect((await rig.producer.check({ ...SEND, to: people(count, 1) }, { duplicates: {} })).duplicates).toBeNull();
    expect((await rig.producer.check({ ...SEND, to: people(0, 1) })).duplicates).toBeNull();
  });

  it("compares the values of each, be they their own, listed or a default", async () => {
    const body = "Hi ${name}!";
    const named = { ...SEND, to: people(0, 3), body, parameters: { name: { "46700000000": "Ann", default: "you" } } };
    await rig.enqueue(named);
    const entries = [{ to: "46700000000", parameters: { name: "Bo" } }, "46700000001", "46700000002"];
    const other = await rig.producer.check({ ...named, to: entries }, { duplicates: {} });
    expect(other.duplicates).toMatchObject({ found: 2, total: 3 });
    expect((await rig.producer.check(named, { duplicates: {} })).duplicates).toMatchObject({ found: 3 });
  });

  it("leaves out the sends that it is told to, and those that are too long ago", async () => {
    const { id } = await rig.enqueue(SEND);
    const duplicatesOf = async (duplicates: { withinMs?: number; except?: string[] }) => {
      return (await rig.producer.check(SEND, { duplicates })).duplicates;
    };
    expect(await duplicatesOf({ except: [id] })).toBeNull();
    rig.pass(1);
    expect(await duplicatesOf({ withinMs: 1_000 })).toBeNull();
    expect(await duplicatesOf({})).toMatchObject({ found: 5 });
    await expect(rig.producer.check(SEND, { duplicates: { withinMs: 0 } })).rejects.toThrow(TypeError);
  });
});
