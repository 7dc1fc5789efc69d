import { afterAll, beforeEach, expect, test } from "@jest/globals";
import { Redis } from "ioredis";
import { dropPrefix, ownPrefix, testRedisUrl } from "../../../../test/own-prefix.ts";
import { createNumbering } from "../terms/numbering.ts";
import { proofKeys } from "./proof-keys.ts";
import { type LateBatch, openProofs } from "./proofs.ts";
import { WITHHELD_NAMED } from "./withheld.ts";

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

const ANN = "46701234567";
const BO = "46701234568";

const BATCH: LateBatch = {
  reference: "~eu.1",
  region: "eu",
  sendId: "eu.1",
  batchId: null,
  handedOverAt: new Date("2026-11-30T12:00:00Z"),
  sendAt: null,
};

function open(secret?: string) {
  return openProofs({ redis, prefix: prefix(), numbering: createNumbering(secret), keepS: 1_000 });
}

async function keys(): Promise<string[]> {
  return redis.keys(`${prefix().replaceAll(/[[\]]/g, String.raw`\$&`)}:*`);
}

test("who was left out from what is counted once, and the last ones are named", async () => {
  const { noteWithheld, read } = open();
  for (const each of ["one", "one", "two"]) {
    await noteWithheld({ region: "eu", sendId: each, part: null, recipients: [ANN, BO] });
  }
  await noteWithheld({ region: "us", sendId: "three", part: 12_345, recipients: [BO] });
  expect((await read(ANN)).withheld).toMatchObject({ total: 2, last: [{ sendId: "two" }, { sendId: "one" }] });
  expect((await read(BO)).withheld).toMatchObject({
    total: 3,
    last: [{ region: "us", sendId: "three", part: 12_345 }, { sendId: "two", part: null }, { sendId: "one" }],
  });
  expect((await read("46701234569")).withheld).toBeNull();
});

test("somebody who is left out for years takes no more room, and everything has an end", async () => {
  const { noteWithheld, noteTooLate, noteTakenOut, read } = open();
  const times = WITHHELD_NAMED + 5;
  for (let each = 0; each < times; each += 1) {
    await noteWithheld({ region: "eu", sendId: `send ${each}`, part: each, recipients: [ANN] });
  }
  for (let each = 0; each < 110; each += 1) await noteTooLate(ANN, { ...BATCH, reference: `~${each}` }, "");
  await noteTakenOut(BO, BATCH, "");
  const { withheld, late, isLateCut } = await read(ANN);
  expect(withheld).toMatchObject({ total: times });
  expect(withheld?.last).toHaveLength(WITHHELD_NAMED);
  expect(withheld?.last[0]).toMatchObject({ sendId: `send ${times - 1}`, part: times - 1 });
  expect([late.length, isLateCut]).toEqual([100, true]);
  for (const key of await keys()) expect(await redis.ttl(key)).toBeGreaterThan(0);
});

test("what was too late is noted once, and is not where they were taken out", async () => {
  const { noteTooLate, noteTakenOut, read } = open();
  await noteTooLate(ANN, BATCH, "first");
  await noteTooLate(ANN, BATCH, "second");
  expect((await read(ANN)).late).toEqual([{ ...BATCH, became: "too_late", why: "first", at: expect.any(Date) }]);
  await noteTakenOut(ANN, { ...BATCH, batchId: "01" }, "to_remove");
  await noteTooLate(ANN, BATCH, "third");
  expect((await read(ANN)).late).toEqual([expect.objectContaining({ became: "taken_out", batchId: "01" })]);
});

test("with a secret no number stands anywhere, and nobody else's proof is found", async () => {
  const { noteWithheld, noteTooLate, read } = open("a secret of 16 characters");
  await noteWithheld({ region: "eu", sendId: "one", part: null, recipients: [ANN] });
  await noteTooLate(ANN, BATCH, "");
  expect(await read(ANN)).toMatchObject({ withheld: { total: 1 }, late: [{ sendId: "eu.1" }] });
  expect(await open().read(ANN)).toMatchObject({ withheld: null, late: [] });
  const own = await keys();
  expect(own).toHaveLength(3);
  const clear = new Set(Object.values(proofKeys({ prefix: prefix(), numbering: createNumbering() }, ANN)));
  expect(own.filter((key) => clear.has(key))).toEqual([]);
});
