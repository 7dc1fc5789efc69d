import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { Redis } from "ioredis";
import { dropPrefix, ownPrefix, testRedisUrl } from "../../../../test/own-prefix.ts";
import { createProducer, type Producer } from "../producer/producer.ts";

const MINUTE_MS = 60_000;
const NUMBER = "46701234567";
const MESSAGE = { from: "Volley", body: "Hi" };

type Answer = { readonly id: string; readonly alreadyEnqueued: boolean; readonly warnings: readonly object[] };

let prefix: string;
let redis: Redis;
let producer: Producer;
let now: Date;
let sendAt: string;

beforeEach(() => {
  prefix = ownPrefix();
  redis = new Redis(testRedisUrl(), { maxRetriesPerRequest: null });
  now = new Date();
  producer = createProducer({ redis, prefix, routes: { prefixes: { "46": "eu" } }, now: () => now });
});

afterEach(async () => {
  await producer.close();
  await dropPrefix(prefix);
  redis.disconnect();
});

/** How long before the call the send should have gone out. */
function past(minutes: number): void {
  sendAt = new Date(now.getTime() - minutes * MINUTE_MS).toISOString();
}

const timed = () => ({ ...MESSAGE, send_at: sendAt });
const target = (region: string) => ({ region, idempotencyKey: "spring" });

const DOORS: [string, () => Promise<Answer>][] = [
  ["a short list", async () => producer.enqueue({ ...timed(), to: [NUMBER] }, target("eu"))],
  ["a stream", async () => producer.enqueue({ ...timed(), to: new Set([NUMBER]) }, target("eu"))],
  ["a routed list", async () => producer.enqueue({ ...timed(), to: [NUMBER] }, target("auto"))],
  ["a coalesced message", async () => producer.coalesce({ ...timed(), to: NUMBER }, target("eu"))],
];

describe.each(DOORS)("a send_at in the past of %s", (_name, call) => {
  it.each([61, 24 * 60, 10 * 365 * 24 * 60])(
    "is refused %s minutes later, by the time, and nothing is kept",
    async (minutes) => {
      past(minutes);
      await expect(call()).rejects.toMatchObject({
        code: "VOLLEY_INVALID_SEND",
        problems: [
          { field: "send_at", message: `expected a time at most an hour before the send is enqueued, got ${sendAt}` },
        ],
      });
      expect(await redis.keys(`${prefix}:keys:*`)).toEqual([]);
    },
  );

  it("is taken within an hour, with a warning", async () => {
    past(59);
    const { warnings } = await call();
    const warned = warnings.filter((warning) => Reflect.get(warning, "code") === "VOLLEY_SEND_AT_PASSED");
    const message = `its send_at ${sendAt} has passed: it goes out at once`;
    expect(warned).toEqual([{ code: "VOLLEY_SEND_AT_PASSED", message }]);
  });

  it("does not change the answer to a call that comes again", async () => {
    past(0);
    const first = await call();
    now = new Date(now.getTime() + 120 * MINUTE_MS);
    expect(await call()).toMatchObject({ id: first.id, alreadyEnqueued: true });
  });
});

describe("check", () => {
  it("refuses what enqueue refuses, and warns of what it takes", async () => {
    past(90);
    const refused = await producer.check({ ...timed(), to: [NUMBER] });
    expect(refused).toMatchObject({ isSendable: false, problems: [{ field: "send_at" }], warnings: [] });
    past(30);
    const taken = await producer.check({ ...timed(), to: [NUMBER] });
    expect(taken).toMatchObject({ isSendable: true, warnings: [{ code: "VOLLEY_SEND_AT_PASSED" }] });
    past(0);
    expect(await producer.check({ ...timed(), to: [NUMBER] })).toMatchObject({ isSendable: true, warnings: [] });
  });
});
