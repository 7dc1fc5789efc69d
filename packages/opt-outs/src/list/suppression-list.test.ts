import { afterAll, beforeEach, describe, expect, test } from "@jest/globals";
import { valuesOfNumbers } from "@volley/contract";
import { Redis } from "ioredis";
import { dropPrefix, ownPrefix, testRedisUrl } from "../../../../test/own-prefix.ts";
import type { EntryKind } from "./entry.ts";
import type { From } from "./known-list.ts";
import { bucketKey, type ListKeys, listKeys } from "./list-keys.ts";
import { CHANGES_KEPT } from "./list-script.ts";
import { type ListWatch, watchList } from "./list-watch.ts";
import { createNumbering, type Numbering } from "../terms/numbering.ts";
import type { Scope } from "../terms/scope.ts";
import { openSuppressionList, type Suppression, type SuppressionList } from "./suppression-list.ts";

const redis = new Redis(testRedisUrl());
const prefixes: string[] = [];
const prefix = (): string => prefixes.at(-1) ?? "";

beforeEach(() => {
  prefixes.push(ownPrefix());
});

afterAll(async () => {
  for (const each of prefixes) await dropPrefix(each);
  await redis.quit();
});

const AT = new Date("2026-11-30T12:00:00Z");
const ANN = "46701234567";
const BOB = "46701234568";
const EU = { region: "eu", sender: "12015550123" };
const BY = { who: "kim", why: "" };

function open(numbering: Numbering = createNumbering()): { list: SuppressionList; watch: ListWatch } {
  const options = { redis, prefix: prefix(), numbering };
  return { list: openSuppressionList(options), watch: watchList(options) };
}

function entry(number: string, scope: Scope = "all", kind: EntryKind = "stop") {
  return { number, scope, kind, at: AT, who: "inbound", why: "STOP" };
}

function among(watch: ListWatch, numbers: readonly string[], from: From): number[] {
  return watch.among(() => valuesOfNumbers(numbers), from);
}

async function names(list: SuppressionList): Promise<Suppression[]> {
  const all: Suppression[] = [];
  let cursor: number | null = 0;
  while (cursor !== null) {
    const { entries, next } = await list.page(cursor);
    all.push(...entries.map(({ number, scope }) => ({ number: number ?? "?", scope })));
    cursor = next;
  }
  return all;
}

async function dump(): Promise<(readonly [key: string, value: Buffer | null])[]> {
  const keys = await redis.keys(`${prefix()}:*`);
  return Promise.all(keys.map(async (key) => [key, await redis.dumpBuffer(key)] as const));
}

describe.each([
  ["in clear", undefined],
  ["as hashes", "a secret"],
])("numbers %s", (_, secret) => {
  const numbering = createNumbering(secret);

  test("are found with what is known of them, and are gone when they are removed", async () => {
    const { list } = open(numbering);
    const number = secret === undefined ? ANN : null;
    expect(await list.add([entry(ANN), entry(ANN), entry(BOB, { sender: "+1 201 555 0123" }, "maybe")])).toEqual([
      "added",
      "known",
      "added",
    ]);
    expect(await list.find(ANN)).toMatchObject([
      { number, scope: "all", kind: "stop", at: AT, who: "inbound", why: "STOP" },
    ]);
    expect(await list.find(BOB)).toMatchObject([{ kind: "maybe", scope: { sender: "12015550123" } }]);
    expect(await names(list)).toHaveLength(2);
    expect(await list.remove([entry(ANN), entry(ANN), entry(BOB)], BY)).toMatchObject([{ kind: "stop" }, null, null]);
    expect(await list.find(ANN)).toEqual([]);
    expect(await names(list)).toHaveLength(1);
  });

  test("are looked up by sender, by region and for all", async () => {
    const { list, watch } = open(numbering);
    const people = Array.from({ length: 5 }, (_each, index) => String(46_701_000_000 + index));
    const [all = "", region = "", sender = "", otherSender = ""] = people;
    const others = [entry(otherSender, { sender: "Volley" }), entry(otherSender, { region: "us" })];
    await list.add([entry(all), entry(region, { region: "eu" }), entry(sender, { sender: EU.sender }), ...others]);
    await watch.upTo(null);
    const recipients = [...people, "01HZZZZZZZZZZZZZZZZZZZZZZZ"];
    expect(among(watch, recipients, EU)).toEqual([0, 1, 2]);
    expect(among(watch, recipients, { region: "us", sender: "VOLLEY" })).toEqual([0, 3]);
    // Whom the provider will send it for nobody knows.
    expect(among(watch, recipients, { region: "eu", sender: undefined })).toEqual([0, 1, 2, 3]);
    expect(watch.size().entries).toBe(5);
  });
});

test.each([
  ["in clear", undefined, [1_234_567, 46_701_234_567, 1_000_000_000, 999_999_999_999_999, Number.NaN]],
  [
    "as hashes",
    "a secret",
    [2_850_974_371_839_813, 1_894_789_086_306_064, 575_520_618_033_969, 2_913_367_943_481_005, Number.NaN],
  ],
])("what stands for a number never changes, %s", (_, secret, tokens) => {
  const numbers = ["1234567", ANN, "1000000000", "999999999999999", "01HEAWCHESCXG8SDG5R10VF8E1"];
  expect([...createNumbering(secret).tokensOf(valuesOfNumbers(numbers))]).toEqual(tokens);
});

test("with a secret nobody's number stands in Redis", async () => {
  const { list } = open(createNumbering("a secret"));
  await list.add([entry(ANN), entry(BOB, { region: "eu" })]);
  const texts: string[] = [];
  for (const key of await redis.keys(`${prefix()}:*`)) {
    const type = await redis.type(key);
    if (type === "hash") texts.push(JSON.stringify(await redis.hgetall(key)));
    else texts.push(type === "list" ? (await redis.lrange(key, 0, -1)).join() : String(await redis.get(key)));
  }
  expect(texts.join()).toContain("inbound");
  for (const number of [ANN, BOB]) {
    expect(texts.join()).not.toContain(number);
    expect(texts.join()).not.toContain(number.slice(2));
  }
});

test("one call may say several things about somebody", async () => {
  const { list } = open();
  expect(await list.add([entry(ANN, "all", "maybe"), entry(ANN), entry(ANN)])).toEqual(["added", "confirmed", "known"]);
  expect(await list.remove([entry(ANN), entry(ANN)], BY)).toMatchObject([{ kind: "stop" }, null]);
});

test("a maybe becomes certain, and nothing makes that a maybe again", async () => {
  const { list } = open();
  expect(await list.add([entry(ANN, "all", "maybe")])).toEqual(["added"]);
  expect(await list.add([entry(ANN, "all", "stop")])).toEqual(["confirmed"]);
  expect(await list.add([entry(ANN, "all", "maybe")])).toEqual(["known"]);
  expect(await list.find(ANN)).toMatchObject([{ kind: "stop" }]);
});

describe("whoever watches the list", () => {
  test("reads what has changed, and nothing where nothing has", async () => {
    const { list, watch } = open();
    await watch.upTo(null);
    expect(among(watch, [ANN], EU)).toEqual([]);
    await list.add([entry(ANN), entry(BOB)]);
    await list.remove([entry(ANN)], BY);
    const head = await redis.get(watch.head);
    await watch.upTo(head);
    expect(among(watch, [ANN, BOB], EU)).toEqual([1]);
    await redis.del(watch.head);
    await watch.upTo(head);
    expect(among(watch, [ANN, BOB], EU)).toEqual([1]);
  });

  test("reads the whole list where it is too far behind", async () => {
    const { list, watch } = open();
    await list.add([entry(ANN)]);
    await watch.upTo(null);
    await list.remove([entry(ANN)], BY);
    await list.add([entry(BOB)]);
    const { log } = listKeys(prefix());
    await redis.rpush(log, ...Array.from({ length: CHANGES_KEPT }, () => "+"));
    await list.add([entry("46701111111")]);
    expect(await redis.llen(log)).toBe(CHANGES_KEPT);
    await redis.ltrim(log, -2, -1);
    await watch.upTo(await redis.get(watch.head));
    expect(among(watch, [ANN, BOB, "46701111111"], EU)).toEqual([1, 2]);
  });

  test.each([
    ["as many others", [BOB]],
    ["more others", [BOB, "46701111112"]],
    ["none", []],
  ])("forgets nobody where Redis has forgotten its last changes and made %s", async (_, others) => {
    const { list, watch } = open();
    await list.add([entry("46701111111")]);
    const before = await dump();
    await list.add([entry(ANN)]);
    await watch.upTo(null);
    await redis.del(await redis.keys(`${prefix()}:*`));
    for (const [key, value] of before) await redis.restore(key, 0, value ?? "");
    if (others.length > 0) await list.add(others.map((each) => entry(each)));
    for (let asked = 0; asked < 2; asked += 1) {
      await expect(watch.upTo(null)).rejects.toThrow("is older than what this worker has read, or another");
    }
    expect(among(watch, [ANN], EU)).toEqual([0]);
    // Whoever starts now takes the list as it is.
    const { watch: started } = open();
    await started.upTo(null);
    expect(among(started, [ANN, ...others], EU)).toEqual(others.map((_each, index) => index + 1));
    // So does everybody whom somebody has told to; Redis may lose the same once more then.
    await list.accept();
    const accepted = await dump();
    await watch.upTo(null);
    expect(among(watch, [ANN, ...others], EU)).toEqual(others.map((_each, index) => index + 1));
    await list.add([entry(ANN)]);
    await watch.upTo(null);
    await redis.del(await redis.keys(`${prefix()}:*`));
    for (const [key, value] of accepted) await redis.restore(key, 0, value ?? "");
    await expect(watch.upTo(null)).rejects.toThrow("is older than what this worker has read, or another");
  });

  test("does not take it for an empty one where everything is gone", async () => {
    const { list, watch } = open();
    await list.add([entry(ANN)]);
    await watch.upTo(null);
    await redis.del(await redis.keys(`${prefix()}:*`));
    await expect(watch.upTo("")).rejects.toThrow("is older than what this worker has read, or another");
  });

  test("does not take a list for empty that has lost its version and its changes, until somebody adds to it", async () => {
    const { list } = open();
    await list.add([entry(ANN), entry(BOB)]);
    await redis.del(...Object.values(listKeys(prefix())));
    const { watch } = open();
    await expect(watch.upTo("")).rejects.toThrow("the suppression list has lost its version");
    // An export that is imported again may name nobody who is new.
    expect(await list.add([entry(ANN)])).toEqual(["known"]);
    await watch.upTo(null);
    expect(among(watch, [ANN, BOB], EU)).toEqual([0, 1]);
  });

  test.each([0, 7, 42, 999, 1_000, 1_007, 8_000, 65_520])(
    "does not take a list for empty of which hash %d is all that is left",
    async (bucket) => {
      await redis.hset(bucketKey(prefix(), bucket), "a", "b");
      await expect(open().watch.upTo("")).rejects.toThrow("the suppression list has lost its version");
    },
  );

  test.each([
    ["its version is garbage", async ({ head }) => redis.set(head, "garbage")],
    ["its version is gone", async ({ head }) => redis.del(head)],
    ["its changes are no list", async ({ log }) => redis.multi().del(log).hset(log, "a", "b").exec()],
  ] as [string, (keys: ListKeys) => Promise<unknown>][])(
    "is told that it cannot be read where %s",
    async (_, spoil) => {
      const { list, watch } = open();
      await list.add([entry(ANN)]);
      await spoil(listKeys(prefix()));
      await expect(watch.upTo(null)).rejects.toThrow("suppression list");
    },
  );

  test("is told of another secret, and so is whoever would write", async () => {
    await open(createNumbering("a secret")).list.add([entry(ANN)]);
    for (const numbering of [createNumbering(), createNumbering("another")]) {
      const { list, watch } = open(numbering);
      await expect(watch.upTo(null)).rejects.toThrow("VOLLEY_SUPPRESSION_SECRET");
      await expect(list.add([entry(BOB)])).rejects.toThrow("VOLLEY_SUPPRESSION_SECRET");
      await expect(list.remove([entry(ANN)], BY)).rejects.toThrow("VOLLEY_SUPPRESSION_SECRET");
    }
  });

  test("gets a version that was written after it asked, however many ask at once", async () => {
    const { list, watch } = open();
    const reading = watch.upTo(null);
    await list.add([entry(ANN)]);
    const head = await redis.get(watch.head);
    await Promise.all([reading, watch.upTo(head), watch.upTo(head)]);
    expect(among(watch, [ANN], EU)).toEqual([0]);
  });
});
