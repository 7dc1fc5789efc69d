import { afterEach, beforeEach, expect, it } from "@jest/globals";
import type { Send } from "@volley/contract";
import { Redis } from "ioredis";
import { dropPrefix, ownPrefix, testRedisUrl } from "../../../../test/own-prefix.ts";
import { sayServed } from "../../../../test/stage/stage.ts";
import { createProducer, type Producer } from "../producer/producer.ts";

const ANN = "46700000001";
const BOB = "46700000002";
const SEND: Send = { from: "Volley", to: ["46700000000", ANN, "x", BOB, ANN], body: "Hi" };
const EU = { region: "eu" };

let prefix: string;
let redis: Redis;
let producer: Producer;

beforeEach(async () => {
  prefix = ownPrefix();
  redis = new Redis(testRedisUrl(), { maxRetriesPerRequest: null });
  await sayServed(redis, prefix, ["eu"]);
  producer = createProducer({ redis: testRedisUrl(), prefix });
  await producer.region("eu").setLimits({ rate: 1 });
});

afterEach(async () => {
  await producer.close();
  await dropPrefix(prefix);
  redis.disconnect();
});

async function suppressedAt(send: object, region = "eu"): Promise<readonly number[]> {
  const { recipients } = await producer.check({ ...SEND, ...send }, { region });
  expect(recipients.suppressed).toBe(recipients.suppressedAt.length);
  return recipients.suppressedAt;
}

it("counts who is on the suppression list, each once, and nothing of what they would have got", async () => {
  expect((await producer.check(SEND, EU)).recipients).toMatchObject({ valid: 3, suppressed: 0, suppressedAt: [] });
  await producer.suppressions.add([ANN, BOB]);
  const { isSendable, recipients, segments, duration, price, warnings } = await producer.check(SEND, {
    ...EU,
    pricePerSegment: 1,
  });
  expect(recipients).toMatchObject({ requested: 5, valid: 3, duplicate: 1, rejected: 1, suppressed: 2 });
  expect(recipients.suppressedAt).toEqual([1, 3]);
  expect([isSendable, segments?.total, duration?.seconds, price?.total, warnings]).toEqual([true, 1, 1, 1, []]);
  const nobody = await producer.check({ ...SEND, to: [ANN] }, EU);
  expect(nobody).toMatchObject({ isSendable: true, recipients: { suppressed: 1 }, duration: null });
});

it("looks as a worker does: by region and sender, at all senders where the provider chooses, and not into groups", async () => {
  await producer.suppressions.add(ANN, { scope: { region: "us" } });
  await producer.suppressions.add(BOB, { scope: { sender: "Other" } });
  expect(await suppressedAt({})).toEqual([]);
  expect(await suppressedAt({}, "us")).toEqual([1]);
  expect(await suppressedAt({ from: "OTHER" })).toEqual([3]);
  expect(await suppressedAt({ from: undefined }, "us")).toEqual([1, 3]);
  expect(await suppressedAt({ to: ["abcDEF123456", BOB], from: undefined })).toEqual([1]);
});

it("finds whoever is held, and whoever was forgotten, and names the first 1,000", async () => {
  await producer.suppressions.add(ANN, { kind: "maybe" });
  await producer.suppressions.add(BOB);
  await producer.forget(BOB);
  expect(await suppressedAt({})).toEqual([1, 3]);
  const many = Array.from({ length: 1_100 }, (_, index) => String(46_710_000_000 + index));
  await producer.suppressions.add(many);
  const { recipients } = await producer.check({ ...SEND, to: many }, EU);
  expect([recipients.suppressed, recipients.suppressedAt.length]).toEqual([1_100, 1_000]);
});

it("asks nobody without a region, and about no message that is wrong", async () => {
  await producer.suppressions.add(ANN);
  expect((await producer.check(SEND)).recipients).toMatchObject({ suppressed: null, suppressedAt: [] });
  const wrong = await producer.check({ ...SEND, from: "much too long a sender" }, EU);
  expect([wrong.recipients.suppressed, wrong.warnings]).toEqual([null, []]);
});

it("warns where the list cannot be read, and checks everything else", async () => {
  await producer.suppressions.add(ANN);
  const other = createProducer({ redis: redis, prefix, suppressionSecret: "sixteen characters" });
  const { isSendable, recipients, segments, warnings } = await other.check(SEND, EU);
  await other.close();
  expect([isSendable, recipients.suppressed, segments?.total]).toEqual([true, null, 3]);
  expect(warnings).toEqual([
    { code: "VOLLEY_SUPPRESSED_UNKNOWN", message: expect.stringContaining("another VOLLEY_SUPPRESSION_SECRET") },
  ]);
});

it.each([
  { key: "suppressions", value: "none", says: "version cannot be read: import an export" },
  { key: "suppressions", value: null, says: "holds something else than the list" },
  { key: "suppressions:log", value: null, says: "holds something else than the list" },
])("does not take a list that cannot be read: $key, $says", async ({ key, value, says }) => {
  await producer.suppressions.add(ANN);
  await redis.del(`${prefix}:${key}`);
  await (value === null ? redis.sadd(`${prefix}:${key}`, "none") : redis.set(`${prefix}:${key}`, value));
  const refused = { code: "VOLLEY_SUPPRESSION_UNREADABLE", message: expect.stringContaining(says) };
  await expect(producer.suppressions.acceptList()).rejects.toMatchObject(refused);
  // A version that is none is written anew.
  const added = producer.suppressions.add(BOB).then(
    () => ({}),
    (error: unknown) => error,
  );
  expect(await added).toMatchObject(value === null ? refused : {});
});
