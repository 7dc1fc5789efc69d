import { afterAll, expect, test } from "@jest/globals";
import { valuesOfNumbers } from "@volley/contract";
import { Redis } from "ioredis";
import { dropPrefix, ownPrefix, testRedisUrl } from "../../../../test/own-prefix.ts";
import { createNumbering, writeToken } from "../terms/numbering.ts";
import type { EntryKind } from "./entry.ts";
import { forgetEntries } from "./forget-entries.ts";
import { watchList } from "./list-watch.ts";
import type { Scope } from "../terms/scope.ts";
import { openSuppressionList } from "./suppression-list.ts";

const redis = new Redis(testRedisUrl());
const prefixes: string[] = [];

afterAll(async () => {
  for (const each of prefixes) await dropPrefix(each);
  await redis.quit();
});

const ANN = "46701234567";
const BOB = "46701234568";
const EU = { region: "eu", sender: "12015550123" };

function entry(number: string, scope: Scope = "all", kind: EntryKind = "stop") {
  return { number, scope, kind, at: new Date("2026-11-30T12:00:00Z"), who: "inbound", why: "STOP" };
}

test.each([
  ["in clear", undefined],
  ["as hashes", "a secret"],
])("whoever is forgotten stays on the list, with numbers %s, and may be taken off it", async (_, secret) => {
  prefixes.push(ownPrefix());
  const place = { redis, prefix: prefixes.at(-1) ?? "", numbering: createNumbering(secret) };
  const [list, watch] = [openSuppressionList(place), watchList(place)];
  const among = (): number[] => watch.among(() => valuesOfNumbers([BOB, ANN]), EU);
  await list.add([entry(ANN), entry(BOB), entry(ANN, { region: "eu" }, "maybe")]);
  await list.remove([entry(BOB)], { who: "kim", why: "" });
  await watch.upTo(null);
  const forget = { number: ANN, scopes: [], isDry: false };
  expect(await forgetEntries(place, { ...forget, isDry: true })).toEqual({ entries: 2, held: 0 });
  expect(await forgetEntries(place, forget)).toEqual({ entries: 2, held: 0 });
  expect(await forgetEntries(place, forget)).toEqual({ entries: 0, held: 0 });
  await watch.upTo(null);
  expect(among()).toEqual([1]);
  const started = watchList(place);
  await started.upTo(null);
  expect(started.among(() => valuesOfNumbers([BOB, ANN]), EU)).toEqual([1]);
  expect(await list.find(ANN)).toMatchObject([
    { number: null, scope: "all", kind: "stop", who: "", why: "" },
    { number: null, scope: { region: "eu" }, kind: "maybe" },
  ]);
  const log = await redis.lrange(`${place.prefix}:suppressions:log`, 0, -1);
  expect(log.join()).not.toContain(writeToken(Number(ANN)));
  const removed = await list.remove([entry(ANN), entry(ANN, { region: "eu" })], { who: "kim", why: "" });
  expect(removed).toMatchObject([{ kind: "stop" }, { kind: "maybe" }]);
  await watch.upTo(null);
  expect(among()).toEqual([]);
});
