import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { CHANGE_LIMITS, DEFAULT_REGION_LIMITS, defaultArguments, limitsKey, servedRegionsKey } from "@volley/contract";
import { Redis } from "ioredis";
import { type ApiRig, startApiRig } from "./api-rig.ts";
import { testRedisUrl } from "./own-prefix.ts";

const NUMBER = "+46 70 123 45 67";

let rig: ApiRig;
let redis: Redis;
let key: string;
let ofUs: string;

beforeAll(async () => {
  rig = await startApiRig();
  redis = new Redis(testRedisUrl());
  key = await rig.key();
  ofUs = await rig.key({ regions: ["us"] });
});

afterAll(async () => {
  redis.disconnect();
  await rig.stop();
});

async function ask(method: string, path: string, body?: unknown, by = key) {
  const answer = await rig.ask(method, path, { key: by, ...(body !== undefined && { body }) });
  return { status: answer.status, body: answer.body ?? {} };
}

async function suppressByUs(scope: unknown) {
  return ask("POST", "/v1/suppressions", { numbers: [NUMBER], scope }, ofUs);
}

describe("a region over HTTP", () => {
  it("is not changed where no worker has served it, unless that is meant", async () => {
    expect(await ask("POST", "/v1/regions/eu/pause")).toMatchObject({
      status: 422,
      body: { code: "region_not_served" },
    });
    expect(await ask("GET", "/v1/regions/eu")).toMatchObject({ body: { isPaused: false, isServed: false } });
    expect(await ask("POST", "/v1/regions/eu/pause?force=true")).toMatchObject({ body: { isPaused: true } });
    await ask("POST", "/v1/regions/eu/resume?force=true");
  });

  it("has its limits set and reset, is paused and resumed", async () => {
    await redis.sadd(servedRegionsKey(rig.prefix), "us");
    const published = defaultArguments({ ...DEFAULT_REGION_LIMITS, rate: 10 });
    await redis.eval(CHANGE_LIMITS, 1, limitsKey(rig.prefix, "us"), ...published);
    const limits = { rate: 50, urgentShare: 0.2 };
    expect(await ask("PATCH", "/v1/regions/us", { limits })).toMatchObject({ status: 200, body: { limits } });
    expect(await ask("PATCH", "/v1/regions/us", { limits: null })).toMatchObject({ body: { limits: { rate: 10 } } });
    expect(await ask("PATCH", "/v1/regions/us", { limits: { rate: -1, speed: 5 } })).toMatchObject({
      status: 400,
      body: { problems: [{ pointer: "/limits/rate" }, { pointer: "/limits/speed" }] },
    });
    expect(await ask("POST", "/v1/regions/us/pause")).toMatchObject({ body: { state: "paused" } });
    expect(await ask("POST", "/v1/regions/us/resume")).toMatchObject({ body: { isPaused: false } });
  });
});

describe("the suppression list over HTTP", () => {
  it("takes numbers, says why, exports them, and lets them go", async () => {
    const entry = { numbers: [NUMBER], who: "eva", why: "on the phone" };
    expect(await ask("POST", "/v1/suppressions", entry)).toEqual({
      status: 200,
      body: { added: 1, confirmed: 0, known: 0 },
    });
    expect(await ask("POST", "/v1/suppressions/check", { number: NUMBER })).toMatchObject({
      body: { entries: [{ number: "46701234567", scope: "all", who: "eva", why: "on the phone" }] },
    });
    const answer = await fetch(`${rig.url}/v1/suppressions/export`, { headers: { authorization: `Bearer ${key}` } });
    expect(JSON.parse(await answer.text())).toMatchObject({ number: "46701234567" });
    expect(await ask("GET", "/v1/suppressions?cursor=0")).toMatchObject({ status: 200 });
    expect(await ask("POST", "/v1/suppressions/remove", { numbers: [NUMBER, "+4670"] })).toMatchObject({ status: 400 });
    expect(await ask("POST", "/v1/suppressions/remove", { numbers: [NUMBER], who: "eva" })).toEqual({
      status: 200,
      body: { removed: 1, absent: 0 },
    });
    expect(await ask("POST", "/v1/suppressions/proof", { number: NUMBER })).toMatchObject({ status: 200 });
  });

  it("is changed by a key for some regions in those alone", async () => {
    expect(await suppressByUs({ region: "us" })).toMatchObject({ status: 200, body: { added: 1 } });
    for (const scope of ["all", { region: "eu" }, { sender: "Volley" }]) {
      expect(await suppressByUs(scope)).toMatchObject({ status: 403, body: { code: "region_not_allowed" } });
    }
  });

  it("names what is wrong and never the number, in the answer and in the log", async () => {
    const wrong = await ask("POST", "/v1/suppressions", { numbers: ["0701234567"] });
    expect(wrong).toMatchObject({ status: 400, body: { code: "VOLLEY_INVALID_SUPPRESSION" } });
    expect(JSON.stringify(wrong.body) + rig.lines.join("")).not.toMatch(/701234567|123 45 67/);
  });
});

describe("webhooks over HTTP", () => {
  it("show their secret once, are disabled, enabled, rotated and removed", async () => {
    const { status, body } = await ask("POST", "/v1/webhooks", { url: "https://shop.example/e", regions: ["us"] });
    const { endpoint, secret } = body as { endpoint: { id: string }; secret: string };
    expect([status, secret]).toEqual([201, expect.stringMatching(/^whsec_/)]);
    const place = `/v1/webhooks/${endpoint.id}`;
    const shown = await ask("GET", place, undefined, ofUs);
    expect(shown).toMatchObject({ status: 200, body: { state: "enabled" } });
    expect(JSON.stringify([shown, await ask("GET", "/v1/webhooks")])).not.toContain(secret);
    expect(await ask("POST", `${place}/disable`)).toMatchObject({ body: { state: "disabled" } });
    expect(await ask("POST", `${place}/replay`, { since: "2026-01-01T00:00:00Z" })).toMatchObject({ status: 409 });
    expect(await ask("POST", `${place}/enable`)).toMatchObject({ body: { state: "enabled" } });
    expect(await ask("POST", `${place}/replay`, { since: "2026-01-01T00:00:00Z" })).toMatchObject({ status: 202 });
    expect(await ask("POST", `${place}/replay`, { since: "soon" })).toMatchObject({ status: 400 });
    expect(await ask("POST", `${place}/test?wait_ms=1`)).toMatchObject({ status: 503 });
    expect((await ask("POST", `${place}/rotate`)).body["secret"]).not.toBe(secret);
    expect(await ask("DELETE", place)).toMatchObject({ status: 204 });
    expect(await ask("GET", place)).toMatchObject({ status: 404, body: { code: "VOLLEY_UNKNOWN_ENDPOINT" } });
  });

  it("of other regions are none for a key that is for some", async () => {
    for (const regions of [undefined, ["eu"], ["us", "eu"]]) {
      const options = { url: "https://shop.example/other", ...(regions && { regions }) };
      expect(await ask("POST", "/v1/webhooks", options, ofUs)).toMatchObject({ status: 403 });
      const { body } = await ask("POST", "/v1/webhooks", options);
      const { id } = (body as { endpoint: { id: string } }).endpoint;
      expect(await ask("GET", `/v1/webhooks/${id}`, undefined, ofUs)).toMatchObject({ status: 404 });
      expect(await ask("DELETE", `/v1/webhooks/${id}`, undefined, ofUs)).toMatchObject({ status: 404 });
    }
    expect(await ask("GET", "/v1/webhooks", undefined, ofUs)).toMatchObject({ body: { data: [] } });
  });
});

describe("events over HTTP", () => {
  it("come by page, and without those of other regions", async () => {
    for (const region of ["eu", "us"]) {
      const fields = ["id", `evt_${region}`, "type", "send.settled", "at", "2026-11-30T14:00:00.000Z"];
      await redis.xadd(`${rig.prefix}:events`, "*", ...fields, "region", region, "data", "{}");
    }
    const path = "/v1/events?types=message.received,send.settled&since=2026-01-01T00:00:00Z";
    expect(await ask("GET", path)).toMatchObject({
      status: 200,
      body: { events: [{ id: "evt_eu" }, { id: "evt_us" }] },
    });
    const own = (await ask("GET", path, undefined, ofUs)).body["events"];
    expect(own).toEqual([expect.objectContaining({ id: "evt_us" })]);
    const first = await ask("GET", "/v1/events?types=send.settled&limit=1");
    const next = await ask("GET", `/v1/events?types=send.settled&limit=1&cursor=${String(first.body["cursor"])}`);
    expect([first.body, next.body]).toMatchObject([{ events: [{ id: "evt_eu" }] }, { events: [{ id: "evt_us" }] }]);
    for (const wrong of ["types=nothing", "types=", "since=soon", "cursor=x", "limit=0"]) {
      expect([wrong, (await ask("GET", `/v1/events?${wrong}`)).status]).toEqual([wrong, 400]);
    }
    expect(await ask("GET", "/v1/inbounds?region=eu", undefined, ofUs)).toMatchObject({ status: 403 });
    expect(await ask("GET", "/v1/inbounds")).toMatchObject({ status: 200, body: { inbounds: [] } });
  });
});
