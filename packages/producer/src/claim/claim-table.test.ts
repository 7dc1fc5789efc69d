import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { queueName, sendId } from "@volley/contract";
import fc from "fast-check";
import { Redis } from "ioredis";
import { dropPrefix, ownPrefix, testRedisUrl } from "../../../../test/own-prefix.ts";
import { bucketsFor, claimTable } from "./claim-table.ts";

const HOUR_MS = 60 * 60 * 1_000;
const COUNTS = "abcdefghijkl 1,1,0,0";
/** What the table is asked for: of each call its step, the ID, the value, and how long it is to be remembered. */
const ASK = `
local prefix, most = ARGV[1], tonumber(ARGV[2])
TABLE
local answers = {}
for at = 3, #ARGV, 4 do
  if ARGV[at] == "keep" then
    keep("eu", ARGV[at + 1], ARGV[at + 2], tonumber(ARGV[at + 3]), most)
    answers[#answers + 1] = ""
  elseif ARGV[at] == "sweep" then sweep("eu")
  else answers[#answers + 1] = find("eu", ARGV[at + 1]) or "" end
end
return answers`;

let prefix: string;
let redis: Redis;

beforeEach(() => {
  prefix = ownPrefix();
  redis = new Redis(testRedisUrl(), { maxRetriesPerRequest: null });
});

afterEach(async () => {
  await dropPrefix(prefix);
  redis.disconnect();
});

type Step = readonly [step: "keep" | "find" | "sweep", id: string, value: string, ttlMs: number];

async function ask(steps: readonly Step[], { full = 128, most = 1_000 } = {}): Promise<string[]> {
  const answers: string[] = [];
  const script = ASK.replace("TABLE", claimTable(full));
  for (let first = 0; first < steps.length; first += 1_000) {
    const some = steps.slice(first, first + 1_000).flat();
    answers.push(...((await redis.eval(script, 1, `${prefix}:keys:eu`, prefix, most, ...some)) as string[]));
  }
  return answers;
}

const keep = (id: string, ttlMs = HOUR_MS, value = COUNTS): Step => ["keep", id, value, ttlMs];
const find = (id: string): Step => ["find", id, "", 0];
const idsOf = (count: number, of = "key"): string[] =>
  Array.from({ length: count }, (_, index) => sendId("eu", `${of} ${index}`));
const jobKeyOf = (id: string): string => `${prefix}:${queueName("eu")}:${id}`;

/** All claims that are there, of every bucket. */
async function sizes(): Promise<number[]> {
  const buckets = await redis.keys(`${prefix}:keys:eu:*`);
  return Promise.all(buckets.map(async (bucket) => redis.hlen(bucket)));
}

/** What all of them take. */
async function bytes(): Promise<number> {
  const keys = await redis.keys(`${prefix}:keys:*`);
  const each = await Promise.all(keys.map(async (key) => redis.memory("USAGE", key)));
  return each.reduce<number>((sum, size) => sum + (size ?? 0), 0);
}

async function claimsThere(): Promise<number> {
  return (await sizes()).reduce((sum, size) => sum + size, 0);
}

describe("keys that are remembered", () => {
  it("are found however many there are, each with what it stands for", async () => {
    const ids = idsOf(5_000);
    const steps = ids.map((id, index) => keep(id, HOUR_MS, `print${index} ${index},1,0,0`));
    await ask(steps, { full: 8 });
    const found = await ask(ids.map(find), { full: 8 });
    expect(found.map((value) => value.replace(/ [0-9a-f]+$/, ""))).toEqual(steps.map(([, , value]) => value));
    expect(await claimsThere()).toBe(5_000);
    expect(Math.max(...(await sizes()))).toBeLessThan(40);
  });

  it("are as they were last remembered", async () => {
    const [id = ""] = idsOf(1);
    await ask([keep(id), keep(id, HOUR_MS, "other 2,2,0,0")]);
    expect(await ask([find(id)])).toEqual([expect.stringContaining("other 2,2,0,0 ")]);
  });

  it.each<[string, (index: number) => string]>([
    ["of sends", () => COUNTS],
    ["of coalesced messages", (index) => `abcdefghijkl ${sendId("eu", `group ${index % 1_000}`).slice(-20)}`],
  ])("take at most 100 bytes each: those %s", async (_, valueOf) => {
    for (const count of [1_000, 30_000]) {
      await ask(idsOf(count).map((id, index) => keep(id, HOUR_MS, valueOf(index))));
      expect((await bytes()) / count).toBeLessThanOrEqual(100);
    }
  });
});

describe("a key whose time is over", () => {
  it("is forgotten when it is looked for, but not while something of its send is there", async () => {
    const [id = ""] = idsOf(1);
    await redis.hset(jobKeyOf(id), "name", "send");
    await ask([keep(id, 0)]);
    expect(await ask([find(id)])).not.toEqual([""]);
    await redis.del(jobKeyOf(id));
    expect(await ask([find(id), find(id)])).toEqual(["", ""]);
    expect(await claimsThere()).toBe(0);
  });

  it("makes room for others, so that those who are over never pile up", async () => {
    const others = idsOf(20, "other");
    await ask(others.map((id) => keep(id)));
    await ask(idsOf(20_000).map((id) => keep(id, 0)));
    expect(await claimsThere()).toBeLessThan(2 * 128 + 20);
    expect(await ask(others.map(find))).not.toContain("");
  });

  it("is forgotten by a sweep, bucket by bucket, without anybody who asks for it", async () => {
    const ids = idsOf(1_000);
    await ask(ids.map((id) => keep(id)));
    const buckets = (await sizes()).length;
    for (const bucket of await redis.keys(`${prefix}:keys:eu:*`)) {
      for (const [id, value] of Object.entries(await redis.hgetall(bucket))) {
        await redis.hset(bucket, id, value.replace(/\S+$/, "1"));
      }
    }
    for (let swept = 0; swept < buckets; swept += 1) {
      // A sweep is made at most ten times a second.
      await redis.hdel(`${prefix}:keys:eu`, "swept");
      await ask([["sweep", "", "", 0]]);
    }
    expect(await claimsThere()).toBe(0);
  });
});

describe("more keys than are to be remembered", () => {
  const most = bucketsFor(256);

  it("make the oldest ones be forgotten, whatever their time", async () => {
    const ids = idsOf(5_000);
    await ask(
      ids.map((id, index) => keep(id, HOUR_MS + index)),
      { most },
    );
    expect(await claimsThere()).toBeLessThanOrEqual(2 * (128 + 8));
    expect(await ask(ids.slice(-50).map(find), { most })).not.toContain("");
  });

  it("are all remembered while their sends are there", async () => {
    const ids = idsOf(5_000);
    const group = sendId("eu", "group");
    await redis.hset(jobKeyOf(group), "name", "send");
    await ask(
      ids.map((id) => keep(id, HOUR_MS, `abcdefghijkl ${group.slice(-20)}`)),
      { most },
    );
    expect(await ask(ids.map(find), { most })).not.toContain("");
  });
});

const EVENTS = ["keep", "outlive", "add", "remove", "find"] as const;

/** A table with buckets of three, and beside it who is certainly in it, who may be, and whose send is there. */
function createModel() {
  const certain = new Set<string>();
  const perhaps = new Set<string>();
  const jobs = new Set<string>();
  const remember = async (id: string, ttlMs: number): Promise<void> => {
    certain.add(id);
    perhaps.delete(id);
    await ask([keep(id, ttlMs)], { full: 3 });
  };
  const over = new Set<string>();
  /** Whoever is over and has no send may be forgotten at any look. */
  const relax = (id: string): void => {
    if (over.has(id) && !jobs.has(id) && certain.delete(id)) perhaps.add(id);
  };
  return {
    certain,
    keep: async (id: string) => {
      over.delete(id);
      await remember(id, HOUR_MS);
    },
    outlive: async (id: string) => {
      over.add(id);
      await remember(id, 0);
      relax(id);
    },
    add: async (id: string) => {
      jobs.add(id);
      await redis.hset(jobKeyOf(id), "name", "send");
    },
    remove: async (id: string) => {
      jobs.delete(id);
      await redis.del(jobKeyOf(id));
      relax(id);
    },
    find: async (id: string) => {
      const [found] = await ask([find(id)], { full: 3 });
      const isFound = found !== "";
      expect({
        id,
        isFound,
        isRight: perhaps.has(id) ? !isFound || jobs.has(id) : isFound === certain.has(id),
      }).toEqual({
        id,
        isFound,
        isRight: true,
      });
      if (!isFound) perhaps.delete(id);
    },
  };
}

it("remembers whom it should and forgets whom it may, in any order of events", async () => {
  const events = fc.array(fc.record({ what: fc.constantFrom(...EVENTS), id: fc.constantFrom(...idsOf(40, "any")) }), {
    minLength: 30,
    maxLength: 120,
  });
  await fc.assert(
    fc.asyncProperty(events, async (all) => {
      await dropPrefix(prefix);
      const model = createModel();
      for (const { what, id } of all) await model[what](id);
      expect(await ask([...model.certain].map(find), { full: 3 })).not.toContain("");
    }),
    { numRuns: 40 },
  );
});
