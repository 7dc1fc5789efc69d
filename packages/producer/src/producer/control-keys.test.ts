import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { authenticate, readKey } from "@volley/keys";
import { Redis } from "ioredis";
import { dropPrefix, ownPrefix, testRedisUrl } from "../../../../test/own-prefix.ts";
import { createProducer, type Producer } from "./producer.ts";

const prefix = ownPrefix();
const TERMS = { name: "shop", scopes: ["sends:read"] };
let now = new Date("2026-12-01T23:59:00Z");
let producer: Producer;

beforeAll(() => {
  producer = createProducer({ redis: testRedisUrl(), prefix, now: () => now });
});

afterAll(async () => {
  await producer.close();
  await dropPrefix(prefix);
});

async function look(key: string) {
  const presented = readKey(key);
  if (presented === null) throw new Error("expected a key");
  const records = await producer.keys.records();
  return authenticate(
    records.find(({ id }) => id === presented.id),
    presented,
    now,
  );
}

it("keeps nothing of a key that lets anybody in", async () => {
  const { key, record } = await producer.keys.create(TERMS);
  const redis = new Redis(testRedisUrl());
  const kept = JSON.stringify(await redis.hgetall(`${prefix}:api:keys`));
  redis.disconnect();
  expect(key).toMatch(/^vk_[0-9a-f]{16}_[0-9a-f]{64}$/);
  expect(kept).toContain(record.id);
  expect(kept).not.toContain(key.slice(-64));
  expect(await look(key)).toEqual({ ok: true, key: record });
  expect(await look(`${key.slice(0, -64)}${"0".repeat(64)}`)).toEqual({ ok: false, reason: "unknown" });
});

it("lets a key that was rotated go on for the overlap, under the same ID, and a revoked one not at all", async () => {
  const first = await producer.keys.create({ ...TERMS, name: "rotated" });
  const second = await producer.keys.rotate("rotated", { overlapMs: 60_000 });
  expect(second.record.id).toBe(first.record.id);
  expect([await look(first.key), await look(second.key)]).toMatchObject([{ ok: true }, { ok: true }]);
  now = new Date(now.getTime() + 60_000);
  expect(await look(first.key)).toEqual({ ok: false, reason: "expired" });
  expect(await look(second.key)).toMatchObject({ ok: true });
  await producer.keys.revoke(second.record.id);
  expect([await look(first.key), await look(second.key)]).toEqual([
    { ok: false, reason: "revoked" },
    { ok: false, reason: "revoked" },
  ]);
  await expect(producer.keys.rotate("rotated")).rejects.toMatchObject({ code: "VOLLEY_UNKNOWN_API_KEY" });
  await expect(producer.keys.rotate("key_0123456789abcdef")).rejects.toMatchObject({ code: "VOLLEY_UNKNOWN_API_KEY" });
  await expect(producer.keys.revoke("46701234567")).rejects.toThrow("expected the ID of a key");
});

it("gives an ID whose key has ended another one, which goes on with its idempotency keys, and lets in no key from before", async () => {
  const first = await producer.keys.create({ ...TERMS, name: "leaked" });
  const { id } = first.record;
  await producer.keys.revoke(id);
  const second = await producer.keys.rotate(id);
  expect(second.record).toEqual(first.record);
  expect([await look(first.key), await look(second.key)]).toEqual([
    { ok: false, reason: "unknown" },
    { ok: true, key: second.record },
  ]);
  const third = await producer.keys.rotate(id, { expires: "2026-12-02T12:00:00Z" });
  now = new Date("2026-12-02T12:00:00Z");
  expect([await look(second.key), await look(third.key)]).toMatchObject([{ reason: "expired" }, { reason: "expired" }]);
  await expect(producer.keys.rotate(id)).rejects.toMatchObject({
    code: "VOLLEY_INVALID_API_KEY",
    message: "expires: expected when the key ends, which has expired, got nothing",
  });
  await expect(producer.keys.rotate(id, { expires: "2026-12-02" })).rejects.toThrow("got one that has been");
  const last = await producer.keys.rotate(id, { expires: "2027-01-01" });
  expect(last.record).toMatchObject({ id, name: "leaked", expires_at: "2027-01-01T00:00:00.000Z", revoked_at: null });
  expect([await look(third.key), await look(last.key)]).toMatchObject([{ reason: "unknown" }, { ok: true }]);
});

it.each([
  ["name", { name: "" }],
  ["scopes: expected a list", { scopes: [] }],
  ["scopes[1]: expected sends:read, sends:write", { scopes: ["sends:read", "sends:all"] }],
  ["regions[0]: expected the name of a region", { regions: ["E U"] }],
  ["senders[0]: expected a sender", { senders: ["far too long a sender"] }],
  ["perMinute: expected a whole number", { perMinute: 0 }],
  ["perDay: expected a whole number", { perDay: 1.5 }],
  ["expires: expected a date", { expires: "2026-02-30" }],
  ["expires: expected a date or a time to come, such as 2027-01-01, got one that has been", { expires: "2026-11-30" }],
])("refuses a key by the name of what is wrong: %s", async (message, wrong) => {
  await expect(producer.keys.create({ ...TERMS, ...wrong })).rejects.toMatchObject({
    code: "VOLLEY_INVALID_API_KEY",
    message: expect.stringContaining(message),
  });
});

it("counts requests and recipients over all processes, each of them once", async () => {
  const { record } = await producer.keys.create({ ...TERMS, name: "limited", perMinute: 5, perDay: 100 });
  const other = createProducer({ redis: testRedisUrl(), prefix, now: () => now });
  const looks = await Promise.all(
    Array.from({ length: 20 }, async (_, index) => (index % 2 ? producer : other).keys.countRequest(record)),
  );
  expect(looks.filter((found) => found?.isOver === false)).toHaveLength(5);
  /** One try of a request that needs some recipients. */
  const attempt = async (at: Producer, request: string, total: number) => {
    const reservation = await at.keys.reserve(record, request);
    if (reservation === null) throw new Error("expected a key with a limit");
    return { ...reservation, look: await reservation.take(total) };
  };
  const tries = await Promise.all(
    Array.from({ length: 12 }, async (_, index) => attempt(index % 2 ? producer : other, `request ${index}`, 30)),
  );
  const [first, second] = tries.filter((one) => !one.look.isOver);
  expect(tries.filter((one) => !one.look.isOver)).toHaveLength(3);
  expect((await attempt(other, "more", 11)).look).toMatchObject({ isOver: true, left: 10, more: 11, limit: 100 });
  await first?.release();
  await second?.settle(10);
  expect((await attempt(other, "more", 60)).look).toMatchObject({ isOver: false, left: 0 });
  // Whoever tries it again needs nothing more, and what one of them gives back the other one has.
  const again = await attempt(producer, "more", 60);
  expect(again.look).toMatchObject({ isOver: false, left: 0, more: 0 });
  await again.release();
  expect((await attempt(other, "one more", 1)).look).toMatchObject({ isOver: true, left: 0 });
  await again.settle(59);
  expect((await attempt(other, "one more", 1)).look).toMatchObject({ isOver: false, left: 0 });
  now = new Date(now.getTime() + 24 * 60 * 60_000);
  expect((await attempt(other, "more", 100)).look).toMatchObject({ isOver: false, left: 0 });
  await other.close();
});
