import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { createWriter, type Ending, readCallback, type WriterOptions } from "@volley/receipts";
import { Redis } from "ioredis";
import { dropPrefix, ownPrefix, testRedisUrl } from "../../../../test/own-prefix.ts";
import { createProducer, type Producer } from "../producer/producer.ts";
import type { InboundsOptions } from "./read-inbounds.ts";

const ANN = "46701234567";
const BO = "46701234568";
const OURS = "12015550123";

let prefix: string;
let redis: Redis;
let producer: Producer;

beforeEach(() => {
  prefix = ownPrefix();
  redis = new Redis(testRedisUrl());
  producer = createProducer({ redis, prefix });
});

afterEach(async () => {
  await producer.close();
  await dropPrefix(prefix);
  redis.disconnect();
});

const EVENTS = { bytes: 1e7, ageMs: 3_600_000 };

/** Takes messages from phones, told by their IDs. */
async function receive(
  ids: readonly string[],
  {
    region = "eu",
    inbounds = EVENTS,
    ...message
  }: { region?: string; inbounds?: WriterOptions["inbounds"]; [field: string]: unknown } = {},
): Promise<Ending[]> {
  const writer = createWriter({ redis, prefix, keepS: 600, nonceS: 600, events: EVENTS, inbounds });
  const usual = { type: "mo_text", from: ANN, to: OURS, body: "Yes", received_at: new Date().toISOString() };
  const callbacks = ids.map((id) => readCallback({ ...usual, ...message, id }));
  return (await Promise.all(callbacks.map(async (callback) => writer.write({ region, callback })))).flat();
}

async function idsOf(wanted: InboundsOptions = {}): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor: string | null = "0-0"; cursor !== null;) {
    const page = await producer.inbounds({ ...wanted, cursor });
    expect(page.inbounds.length).toBeLessThanOrEqual(wanted.limit ?? 1_000);
    ids.push(...page.inbounds.map(({ id }) => id));
    ({ cursor } = page);
  }
  return ids;
}

const names = (count: number, mark = "m"): string[] => Array.from({ length: count }, (_, index) => `${mark}${index}`);

describe("messages from phones", () => {
  it("are had page by page, each once, also those that come meanwhile, and later", async () => {
    expect(await producer.inbounds()).toEqual({ inbounds: [], cursor: null, later: "0-0" });
    await receive(names(25));
    const first = await producer.inbounds({ limit: 10 });
    await receive(names(5, "n"));
    const second = await producer.inbounds({ limit: 10, cursor: first.cursor ?? "" });
    const third = await producer.inbounds({ limit: 10, cursor: second.cursor ?? "" });
    const pages = [first, second, third];
    expect(pages.flatMap(({ inbounds }) => inbounds.map(({ id }) => id))).toEqual([...names(25), ...names(5, "n")]);
    expect(third.cursor).toBeNull();
    await receive(["last"]);
    expect(await producer.inbounds({ cursor: third.later })).toMatchObject({
      inbounds: [{ id: "last" }],
      cursor: null,
    });
  });

  it("are known by the provider's ID, and whole", async () => {
    const media = [{ url: "https://media.example/1", content_type: "image/png", status: "Uploaded", code: 0 }];
    const mms = { type: "mo_media", body: { subject: "S", message: "M", media }, received_at: "2026-12-01T09:00:00Z" };
    expect(await receive(["m1", "m1"], mms)).toEqual(["changed", "repeated"]);
    expect(await receive(["m1"])).toEqual(["repeated"]);
    await receive(["m2"], { type: "mo_binary", body: "AAE=", udh: "050003cc0201" });
    const { inbounds } = await producer.inbounds();
    expect(inbounds).toMatchObject([
      { ...mms, id: "m1", region: "eu", at: "2026-12-01T09:00:00.000Z", from: ANN, to: OURS, send_id: null },
      { id: "m2", type: "mo_binary", body: "AAE=", udh: "050003cc0201" },
    ]);
  });

  it("are had of one region, phone, number or time alone, however few of many these are", async () => {
    await receive(["old"], { received_at: new Date(Date.now() - 7_200_000).toISOString() });
    await receive(names(1_200));
    await receive(["us"], { region: "us" });
    await receive(["bo"], { from: `+${BO}` });
    await receive(["other"], { to: "72345" });
    expect(await idsOf({ region: "us" })).toEqual(["us"]);
    expect(await idsOf({ from: "+46 70-123 45 68", limit: 1 })).toEqual(["bo"]);
    expect(await idsOf({ to: "72345" })).toEqual(["other"]);
    expect(await idsOf({ since: new Date(Date.now() - 3_600_000).toISOString() })).toHaveLength(1_203);
    expect(await idsOf({ limit: 7 })).toHaveLength(1_204);
  });

  it("are kept up to a number of bytes, and up to an age, and known for as long as they are kept", async () => {
    await receive(names(20), { inbounds: { bytes: 1_000, ageMs: 7_200_000 } });
    const kept = await idsOf();
    expect(kept.length).toBeLessThan(10);
    expect(kept.at(-1)).toBe("m19");
    expect(await redis.hget(`${prefix}:inbox:figures`, "dropped")).toBe(String(20 - kept.length));
    expect(await redis.ttl(`${prefix}:inbounds:eu:m19`)).toBeGreaterThan(600);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await receive(["new"], { inbounds: { bytes: 1e6, ageMs: 10 } });
    expect(await idsOf()).toEqual(["new"]);
  });

  it("are not had by what is no region, cursor or time", async () => {
    await expect(producer.inbounds({ region: "EU!" })).rejects.toMatchObject({ code: "VOLLEY_INVALID_REGION" });
    await expect(producer.inbounds({ cursor: "yesterday" })).rejects.toMatchObject({ code: "VOLLEY_INVALID_CURSOR" });
    await expect(producer.inbounds({ since: "yesterday" })).rejects.toThrow(
      "inbounds.since: expected a time as ISO-8601",
    );
  });
});
