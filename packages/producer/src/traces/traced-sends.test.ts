import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { type DuplicatesRig, people, SEND, setUpDuplicates } from "../../../../test/duplicates-rig.ts";

let rig: DuplicatesRig;

beforeEach(() => {
  rig = setUpDuplicates();
});

afterEach(async () => rig.close());

/** What is remembered of texts, in bytes of Redis. */
async function bytesIn({ redis, keys }: DuplicatesRig): Promise<number> {
  let bytes = 0;
  for (const key of [...(await keys("traces:*")), ...(await keys("texts:*"))]) {
    bytes += Number(await redis.call("MEMORY", "USAGE", key, "SAMPLES", 0));
  }
  return bytes;
}

describe("the memory that it takes", () => {
  it("is less than 10 MB for a million recipients with values of their own, and 2 MB without", async () => {
    const to = Array.from({ length: 100_000 }, (_, index) => String(46_700_000_000 + 97 * index));
    const named = to.map((number, index) => ({ to: number, parameters: { name: `Person ${index}` } }));
    await rig.enqueue({ ...SEND, to });
    const bare = await bytesIn(rig);
    expect(bare).toBeLessThan(2 * to.length);
    await rig.enqueue({ ...SEND, body: "Hi ${name}!", to: named });
    expect((await bytesIn(rig)) - bare).toBeLessThan(10 * to.length);
  });

  it("does not grow for ever with sends of few, of which the old ones are forgotten", async () => {
    for (let index = 0; index < 60; index += 1) {
      await rig.enqueue({ ...SEND, to: people(index, 1) });
      // As if each were a day old when the next one comes.
      const [few = ""] = await rig.keys("texts:*:few");
      for (const member of await rig.redis.zrange(few, "0", "-1")) {
        const [, , recipient = ""] = member.split(" ");
        await rig.redis.zrem(few, member);
        await rig.redis.zadd(few, recipient, member.replace(/^(\d+) \d+ /, "$1 1 "));
      }
    }
    const [few = ""] = await rig.keys("texts:*:few");
    expect(await rig.redis.zcard(few)).toBeLessThan(20);
  });
});
