import { afterAll, beforeEach, expect, test } from "@jest/globals";
import { createNumbering, type KeptProof, openProofs, openSuppressionList, proofKeys } from "@volley/opt-outs";
import { openReceiptsRig, recipientReport } from "../../../../test/receipts-rig.ts";
import { Redis } from "ioredis";
import { testRedisUrl } from "../../../../test/own-prefix.ts";
import { readCallback } from "../callback/read-callback.ts";
import { createWriter } from "./writer.ts";
import { decideHeld } from "./decide-held.ts";

const ANN = "46701234567";
const SENDER = "12015550123";
const NOON = Date.parse("2025-11-30T12:00:00.000Z");
const SECRET = "a secret of 16 characters";

const rig = openReceiptsRig();
beforeEach(rig.beginAnew);
afterAll(rig.close);

let inbounds = 0;

function message(body: unknown, afterMs = 0): object {
  inbounds += 1;
  const received_at = new Date(NOON + afterMs).toISOString();
  return { type: "mo_text", id: `proof-${inbounds}`, from: ANN, to: SENDER, body, received_at };
}

async function proof(secret?: string): Promise<KeptProof> {
  return openProofs({ redis: rig.redis, prefix: rig.prefix(), numbering: createNumbering(secret) }).read(ANN);
}

/** What was heard, and what came of it. */
async function heard(): Promise<string[]> {
  return (await proof()).heard.map(({ what, became }) => `${what} ${became}`);
}

test("what somebody says is noted with its words, and when it was received, written down and acknowledged", async () => {
  const began = Date.now();
  const stop = message("Stop. Thank you");
  await rig.write(stop);
  await rig.write(stop);
  const { heard: rows } = await proof();
  expect(rows).toEqual([
    expect.objectContaining({
      what: "stop",
      became: "added",
      scope: `s${SENDER}`,
      region: "eu",
      received_at: new Date(NOON).toISOString(),
      message_id: `proof-${inbounds}`,
      text: "Stop. Thank you",
      send_id: null,
    }),
  ]);
  const { at, acknowledgedAt } = rows[0] ?? {};
  expect(Number(at)).toBeGreaterThanOrEqual(began);
  expect(Number(acknowledgedAt)).toBeGreaterThanOrEqual(Number(at));
});

test("the answer does not wait for what was on its way: the proof says that not all of it was noted", async () => {
  const [prefix, ageMs] = [rig.prefix(), 86_400_000];
  const redis = new Redis(testRedisUrl());
  // Redis is busy when it is looked what is on its way, and this writer waits for Redis in no hurry.
  redis.time = async () => new Promise<never>(() => {});
  const kept = { keepS: 600, nonceS: 600, events: { bytes: 1e6, ageMs }, timeoutMs: 600_000 };
  const writer = createWriter({ redis, prefix, ...kept });
  await writer.write({ region: "eu", callback: readCallback(message("STOP")) });
  const { heard: rows, isLateCut } = await proof();
  expect(rows).toMatchObject([{ what: "stop", became: "added", acknowledgedAt: expect.any(Date) }]);
  expect(isLateCut).toBe(true);
  await redis.quit();
});

test("everything that was said stands in order, with what came of it", async () => {
  for (const [place, text] of ["HELP", "STOP", "please stop", "START", "START", "lunch at noon?"].entries()) {
    await rig.write(message(text, place * 1_000));
  }
  await rig.write(message("STOP", 2_500));
  const rows = await heard();
  expect(rows.slice(0, 5)).toEqual(["help nothing", "stop added", "stop known", "start removed", "start nothing"]);
  expect(rows.at(-1)).toBe("stop outdated");
});

test("what a network says, a person decides and a person removes is noted, too", async () => {
  await rig.write(recipientReport(ANN, "Failed", 257));
  await rig.write(message("wrong number"));
  const place = { redis: rig.redis, writes: rig.redis, prefix: rig.prefix(), numbering: createNumbering() };
  const scope = { sender: SENDER };
  const decision = { number: ANN, scope, answer: "stop", who: "eva", why: "read it" } as const;
  expect(await decideHeld(place, decision, new Date())).toBe(true);
  await openSuppressionList(place).remove([{ number: ANN, scope }], { who: "kim", why: "" });
  expect((await proof()).heard).toEqual([
    expect.objectContaining({ what: "network", became: "added", code: 257, batch_id: expect.any(String) }),
    expect.objectContaining({ what: "maybe", became: "added" }),
    expect.objectContaining({
      what: "decided_stop",
      became: "confirmed",
      who: "eva",
      why: "read it",
      message_id: `proof-${inbounds}`,
    }),
    expect.objectContaining({
      what: "removed",
      became: "removed",
      who: "kim",
      was: expect.stringContaining("eva"),
    }),
  ]);
});

test("with a secret neither the number nor the words are kept in it", async () => {
  rig.hearBy({ numbering: createNumbering(SECRET), startWords: [], replicas: null });
  await rig.write(message("STOP now please"));
  expect((await proof(SECRET)).heard).toEqual([expect.objectContaining({ what: "stop", became: "added", text: null })]);
  const { heard: key } = proofKeys({ prefix: rig.prefix(), numbering: createNumbering(SECRET) }, ANN);
  const rows = (await rig.redis.lrange(key, 0, -1)).join();
  expect(rows).not.toContain("please");
  expect(rows).not.toContain(ANN);
});

test("whoever says so a thousand times has what they said first, and what they said last", async () => {
  for (let each = 0; each < 130; each += 1) await rig.write(message(each === 0 ? "STOP first" : "STOP", each));
  const { heard: rows, isHeardCut } = await proof();
  expect(rows[0]).toMatchObject({ text: "STOP first", became: "added", acknowledgedAt: expect.any(Date) });
  expect(rows.at(-1)).toMatchObject({ message_id: `proof-${inbounds}` });
  expect([rows.length < 100, isHeardCut]).toEqual([true, true]);
});
