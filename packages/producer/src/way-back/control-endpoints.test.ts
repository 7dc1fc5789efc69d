import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { answerTest, endpointKey, MOST_ENDPOINTS, takeTest } from "@volley/endpoints";
import { validEvents } from "../../../../test/valid-events.ts";
import { FIRST_EVENTS, readEvents } from "@volley/receipts";
import { Redis } from "ioredis";
import { dropPrefix, ownPrefix, testRedisUrl } from "../../../../test/own-prefix.ts";
import { eventually } from "../../../../test/stage/eventually.ts";
import { createProducer, type Producer } from "../producer/producer.ts";

const URL = "https://shop.example/hook?key=of-the-shop";
const DAY_MS = 24 * 60 * 60 * 1_000;

let now = new Date();
let prefix: string;
let redis: Redis;
let producer: Producer;

beforeEach(() => {
  prefix = ownPrefix();
  now = new Date("2026-12-01T09:00:00Z");
  redis = new Redis(testRedisUrl());
  producer = createProducer({ redis, prefix, now: () => now });
});

afterEach(async () => {
  await producer.close();
  await dropPrefix(prefix);
  redis.disconnect();
});

async function kept(id: string): Promise<Record<string, string>> {
  return redis.hgetall(endpointKey(prefix, id));
}

async function event(place: string): Promise<void> {
  await redis.xadd(
    `${prefix}:events`,
    place,
    "id",
    "evt_1",
    "type",
    "send.settled",
    "at",
    "",
    "region",
    "",
    "data",
    "{}",
  );
}

describe("an endpoint", () => {
  it("is added with a secret that is shown then and never again, and begins behind what has happened", async () => {
    await event("7-1");
    const { endpoint, secret } = await producer.endpoints.add({ url: URL, types: ["send.settled"], regions: ["eu"] });

    expect(endpoint).toEqual({
      id: expect.stringMatching(/^ep_[0-9a-f]{24}$/),
      url: URL,
      types: ["send.settled"],
      regions: ["eu"],
      state: "enabled",
      reason: null,
      since: "2026-12-01T09:00:00.000Z",
      created_at: "2026-12-01T09:00:00.000Z",
      failing_since: null,
      failure: null,
      waiting: 0,
    });
    expect(secret).toMatch(/^whsec_[\w+/]{43}=$/);
    expect(await producer.endpoints.list()).toEqual([endpoint]);
    expect(await producer.endpoints.get(endpoint.id)).toEqual(endpoint);
    expect((await kept(endpoint.id))["cursor"]).toBe("7-1");
  });

  it("has its old secrets for a day beside a new one", async () => {
    const { endpoint, secret: first } = await producer.endpoints.add({ url: URL });
    const { secret: second } = await producer.endpoints.rotate(endpoint.id);
    now = new Date(now.getTime() + DAY_MS - 1);
    const { secret: third } = await producer.endpoints.rotate(endpoint.id);
    const secrets = async (): Promise<string[]> =>
      (JSON.parse((await kept(endpoint.id))["secrets"] ?? "") as { secret: string }[]).map(({ secret }) => secret);
    expect(await secrets()).toEqual([third, second, first]);
    now = new Date(now.getTime() + 1);
    const { secret: fourth } = await producer.endpoints.rotate(endpoint.id);
    expect(await secrets()).toEqual([fourth, third, second]);
  });

  it("is disabled once, which the others hear of, and goes on where it stopped", async () => {
    const { endpoint } = await producer.endpoints.add({ url: URL });
    const { id } = endpoint;
    const off = { state: "disabled", reason: "operator", since: now.toISOString() };
    expect(await producer.endpoints.disable(id)).toMatchObject(off);
    now = new Date(now.getTime() + 1_000);
    expect(await producer.endpoints.disable(id)).toMatchObject(off);
    const { events } = await readEvents(redis, prefix, { cursor: FIRST_EVENTS, limit: 10 });
    validEvents(events);
    expect(events).toMatchObject([{ type: "endpoint.disabled", data: { endpoint_id: id, reason: "operator" } }]);
    expect(await redis.hget(`${prefix}:events:outbox`, "bytes")).not.toBeNull();

    await expect(producer.endpoints.replay(id, { since: off.since })).rejects.toMatchObject({
      code: "VOLLEY_ENDPOINT_DISABLED",
    });
    expect(await producer.endpoints.enable(id)).toMatchObject({
      state: "enabled",
      reason: null,
      since: now.toISOString(),
    });
    expect(await kept(id)).toMatchObject({ cursor: "0-0", fresh: "1" });
  });

  it("is replayed since a time, and says whether everything since then is still kept", async () => {
    const { endpoint } = await producer.endpoints.add({ url: URL });
    const replay = async (since: string): Promise<unknown> => producer.endpoints.replay(endpoint.id, { since });
    await event(`${now.getTime() - 5_000}-1`);
    await event(`${now.getTime() - 1_000}-1`);
    const early = new Date(now.getTime() - 60_000).toISOString();
    expect(await replay(early)).toEqual({ since: early, kept_since: "2026-12-01T08:59:55.000Z", is_complete: true });
    expect((await kept(endpoint.id))["replay"]).toMatch(new RegExp(`^${now.getTime() - 60_001}-`));
    await redis.xtrim(`${prefix}:events`, "MAXLEN", 1);
    expect(await replay(early)).toMatchObject({ kept_since: "2026-12-01T08:59:59.000Z", is_complete: false });
    expect(await replay("2026-12-01T08:59:59.500Z")).toMatchObject({ is_complete: true });
  });

  it("is asked for its answer to a test event by whoever delivers, or nothing is sent", async () => {
    const { endpoint } = await producer.endpoints.add({ url: URL });
    const answer = { ok: true, status: 204, failure: null, ms: 7 };
    const asked = producer.endpoints.test(endpoint.id);
    await eventually(async () => {
      const test = await takeTest({ redis, prefix });
      if (test) await answerTest({ redis, prefix }, test.ask, answer);
      return test?.id === endpoint.id;
    }, "somebody who asks");
    expect(await asked).toEqual(answer);

    const unheard = producer.endpoints.test(endpoint.id, { waitMs: 50 });
    await expect(unheard).rejects.toMatchObject({
      code: "VOLLEY_RELAY_SILENT",
      message: expect.stringContaining("nothing is sent"),
    });
    expect(await takeTest({ redis, prefix })).toBeNull();
  });

  it("leaves nothing behind when it is removed", async () => {
    const { endpoint } = await producer.endpoints.add({ url: URL });
    await producer.endpoints.remove(endpoint.id);
    expect(await redis.keys(`${prefix}:endpoint*`)).toEqual([]);
    for (const call of ["get", "rotate", "enable", "disable", "remove", "test"] as const) {
      await expect(producer.endpoints[call](endpoint.id)).rejects.toMatchObject({ code: "VOLLEY_UNKNOWN_ENDPOINT" });
      await expect(producer.endpoints[call](`${endpoint.id}:open`)).rejects.toThrow("got 32 characters");
    }
  });
});

describe("an endpoint is refused", () => {
  it.each([
    ["shop.example/hook", "url: expected an https URL"],
    ["ftp://127.0.0.1/hook", "or http within a private network, got another protocol"],
    ["http://shop.example/hook", "url: expected an https URL of at most 2000 characters, got http"],
    ["http://169.254.169.254/latest", "got http"],
    ["ftp://shop.example", "another protocol"],
    ["https://me:secret@shop.example", "without a user"],
    [`https://shop.example/${"x".repeat(2_000)}`, "characters, got 2,021 characters"],
    [17, "url: expected an https URL of at most 2000 characters, got a number"],
  ])("with the URL %#", async (url, message) => {
    const call = producer.endpoints.add({ url: url as string });
    await expect(call).rejects.toMatchObject({
      code: "VOLLEY_INVALID_ENDPOINT",
      message: expect.stringContaining(message),
    });
    await expect(producer.endpoints.add({ url: url as string })).rejects.not.toThrow("secret");
  });

  it("with a type, a region or an option that there is not, each by its name", async () => {
    const wrong = { url: URL, types: ["send.setled"], regions: ["eu", "E U"] };
    await expect(producer.endpoints.add(wrong)).rejects.toThrow(
      /types\[0\]: expected send.settled, .*; regions\[1\]: expected/,
    );
    await expect(producer.endpoints.add({ url: URL, types: [] })).rejects.toThrow("types: expected a list of 1 to 50");
    const unknown = { url: URL, typs: ["send.settled"] };
    await expect(producer.endpoints.add(unknown)).rejects.toThrow(
      "endpoints.add.typs: unknown option, did you mean types?",
    );
  });

  it("beyond the most that there may be", async () => {
    const urls = [
      "http://127.0.0.1:1",
      "http://[::1]:1",
      "http://10.1.2.3",
      "http://consumer:80",
      "http://a.svc.cluster.local",
    ];
    for (let count = 0; count < MOST_ENDPOINTS; count += 1) {
      await producer.endpoints.add({ url: urls[count % urls.length] ?? "" });
    }
    await expect(producer.endpoints.add({ url: URL })).rejects.toMatchObject({ code: "VOLLEY_TOO_MANY_ENDPOINTS" });
    expect(await producer.endpoints.list()).toHaveLength(MOST_ENDPOINTS);
  });
});
