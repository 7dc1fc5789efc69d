import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { startRedis } from "@volley/local-redis";
import { Redis } from "ioredis";
import { everythingIn, formsOf } from "../../../../test/scan-redis.ts";
import { createProducer, type Producer } from "./producer.ts";

type Server = Awaited<ReturnType<typeof startRedis>>;

const US = ["12015550123", "12015550124"];
const EU = ["46701234567", "46701234568"];
const CA = ["12045550123"];
const ROUTES = { prefixes: { "1": "us", "46": "eu", "1204": "ca" } };
const MESSAGE = { from: "Volley", body: "a text for everybody" };
const AUTO = { region: "auto", idempotencyKey: "spring" };

let servers: { readonly home: Server; readonly us: Server; readonly eu: Server };
let producer: Producer;

beforeAll(async () => {
  const [home, us, eu] = await Promise.all([1, 2, 3].map(async () => startRedis({ prefer: "server" })));
  if (!home || !us || !eu) throw new Error("three were started");
  servers = { home, us, eu };
});

afterAll(async () => {
  await Promise.all(Object.values(servers).map(async (server) => server.stop()));
});

beforeEach(() => {
  producer = producerOf({});
});

afterEach(async () => {
  await producer.close();
  for (const { url } of Object.values(servers)) {
    const redis = new Redis(url);
    await redis.flushall();
    redis.disconnect();
  }
});

/** `ca` is in the Redis of `us`. */
function producerOf(more: { readonly eu?: string; readonly timeoutMs?: number }): Producer {
  const us = { connection: servers.us.url };
  return createProducer({
    redis: servers.home.url,
    regions: { us, ca: us, eu: { connection: more.eu ?? servers.eu.url } },
    routes: ROUTES,
    timeoutMs: more.timeoutMs ?? 5_000,
  });
}

async function expectApart(): Promise<void> {
  const [home, us, eu] = await Promise.all(Object.values(servers).map(async ({ url }) => everythingIn(url)));
  const found = { home, us, eu };
  for (const [where, foreign] of Object.entries({ home: [...US, ...CA, ...EU], us: EU, eu: [...US, ...CA] })) {
    const forms = foreign.flatMap((number) => formsOf(number).filter((form) => found[where as "us"]?.includes(form)));
    expect({ where, forms }).toEqual({ where, forms: [] });
  }
  expect(home).not.toContain(MESSAGE.body);
  for (const [where, own] of Object.entries({ us: US, eu: EU })) expect(found[where as "us"]).toContain(own[0]);
}

describe("regions with a Redis of their own", () => {
  it("keep their people there, whichever way they come in, and home has nobody", async () => {
    const withinDay = { ifFound: "skip" as const };
    await producer.enqueue({ ...MESSAGE, to: US }, { region: "us", idempotencyKey: "one", duplicates: withinDay });
    await producer.coalesce({ ...MESSAGE, to: EU[0] ?? "" }, { region: "eu", idempotencyKey: "two" });
    const auto = await producer.enqueue(
      { ...MESSAGE, body: "another", to: [...US, ...EU, ...CA, "4670", "99999999999"] },
      { ...AUTO, duplicates: withinDay },
    );
    expect(auto.recipients).toEqual({ requested: 7, valid: 5, duplicate: 0, rejected: 2 });
    await expectApart();
    expect(await everythingIn(servers.home.url)).not.toContain("99999999999");
  });

  it("answer whatever follows a send", async () => {
    const single = await producer.enqueue({ ...MESSAGE, to: EU }, { region: "eu", idempotencyKey: "one" });
    const { id } = await producer.enqueue({ ...MESSAGE, to: [...US, ...EU, ...CA] }, AUTO);
    await expect(producer.status(id)).resolves.toMatchObject({ state: "queued", region: "auto" });
    await expect(producer.origin(id)).resolves.toEqual({ regions: ["ca", "eu", "us"], from: "Volley" });
    await expect(producer.explain(id)).resolves.toMatchObject({ id });
    await expect(producer.isKeyUsed(AUTO)).resolves.toBe(true);
    await expect(producer.status(single.id)).resolves.toMatchObject({ state: "queued", region: "eu" });
    const again = await producer.enqueue({ ...MESSAGE, to: [...US, ...EU, ...CA] }, AUTO);
    expect(again).toMatchObject({ id, alreadyEnqueued: true });
    const other = producer.enqueue({ ...MESSAGE, to: [...US, ...EU] }, AUTO);
    await expect(other).rejects.toMatchObject({ code: "VOLLEY_IDEMPOTENCY_CONFLICT" });
    await expect(producer.cancel(id, { waitMs: 1 })).rejects.toMatchObject({ code: "VOLLEY_WORKER_SILENT" });
  });

  it("finds who got the same text in the Redis where they are", async () => {
    const duplicates = { ifFound: "skip" as const };
    await producer.enqueue({ ...MESSAGE, to: [...EU, ...US] }, { ...AUTO, duplicates });
    const ofOne = { region: "us", idempotencyKey: "again", duplicates: {} };
    await expect(producer.enqueue({ ...MESSAGE, to: US }, ofOne)).rejects.toMatchObject({ found: 2, total: 2 });
    const more = { ...MESSAGE, to: [...EU, ...CA] };
    const second = await producer.enqueue(more, { ...AUTO, idempotencyKey: "again", duplicates });
    expect(second).toMatchObject({ recipients: { valid: 1, duplicate: 2 }, duplicates: { found: 2, total: 3 } });
    await expectApart();
  });

  it("lists the sends of all of them, the newest first, none twice and none left out", async () => {
    const ids: string[] = [];
    for (const [index, region] of ["us", "eu", "au", "ca", "eu", "us"].entries()) {
      const to = region === "eu" ? EU : US;
      const sent = await producer.enqueue({ ...MESSAGE, to }, { region, idempotencyKey: String(index) });
      ids.unshift(sent.id);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    ids.unshift((await producer.enqueue({ ...MESSAGE, to: [...US, ...EU] }, AUTO)).id);
    const all = await producer.list();
    expect(all).toEqual({ sends: ids.map((id) => expect.objectContaining({ id })), cursor: null });
    const paged: string[] = [];
    let cursor: string | null | undefined;
    for (let pages = 0; pages < 20 && cursor !== null; pages += 1) {
      const page = await producer.list({ limit: 2, ...(cursor !== undefined && { cursor }) });
      paged.push(...page.sends.map(({ id }) => id));
      cursor = page.cursor;
    }
    expect(paged).toEqual(ids);
    await expect(producer.list({ cursor: "nobody.1-1" })).rejects.toMatchObject({ code: "VOLLEY_INVALID_CURSOR" });
  });

  it("keep whoever wants nothing more out in all of them, and their numbers where they are", async () => {
    const [ann = "", bo = ""] = EU;
    const { suppressions } = producer;
    const counts = { added: 1, confirmed: 0, known: 0 };
    await expect(suppressions.add(ann, { why: "by mail" })).resolves.toEqual(counts);
    await expect(suppressions.add(bo, { scope: { region: "eu" } })).resolves.toEqual(counts);
    for (const region of ["us", "eu", "au"]) {
      const checked = await producer.check({ ...MESSAGE, to: [ann] }, { region });
      expect({ region, ...checked.recipients }).toMatchObject({ region, suppressed: 1 });
    }
    await expect(suppressions.check(ann)).resolves.toMatchObject([{ scope: "all", who: "operator", why: "by mail" }]);
    const listed: object[] = [];
    let cursor: string | null | undefined;
    for (let pages = 0; pages < 2_000 && cursor !== null; pages += 1) {
      const page = await suppressions.list(cursor === undefined ? {} : { cursor });
      listed.push(...page.entries);
      cursor = page.cursor;
    }
    expect(listed).toMatchObject([
      { scope: "all", number: null },
      { number: bo, scope: { region: "eu" } },
    ]);
    const us = await everythingIn(servers.us.url);
    expect([ann, bo].flatMap(formsOf).filter((form) => us.includes(form))).toEqual([]);
    await expect(suppressions.remove([ann, bo], { who: "eva" })).resolves.toEqual({ removed: 2, absent: 0 });
    await expect(suppressions.check(ann)).resolves.toEqual([]);
    await expect(suppressions.proof(ann)).resolves.toMatchObject({
      on_list: [],
      heard: expect.arrayContaining([expect.objectContaining({ what: "removed", who: "eva" })]),
    });
    const home = await everythingIn(servers.home.url);
    expect([ann, bo].flatMap(formsOf).filter((form) => home.includes(form))).toEqual([]);
    await expect(producer.forget(ann)).resolves.toMatchObject({ found: { queues: 0 } });
  });

  it("deliver what happens in each to every endpoint", async () => {
    const own = createProducer({ redis: servers.us.url });
    try {
      const { endpoints } = producer;
      const { endpoint } = await endpoints.add({ url: "https://example.com/hook", regions: ["us"] });
      await expect(own.endpoints.list()).resolves.toEqual([endpoint]);
      await endpoints.disable(endpoint.id);
      await expect(own.endpoints.get(endpoint.id)).resolves.toMatchObject({ state: "disabled", reason: "operator" });
      await endpoints.enable(endpoint.id);
      await expect(own.endpoints.get(endpoint.id)).resolves.toMatchObject({ state: "enabled", reason: null });
      const mine = await own.endpoints.add({ url: "https://example.com/mine" });
      await endpoints.remove(endpoint.id);
      await expect(own.endpoints.list()).resolves.toEqual([mine.endpoint]);
    } finally {
      await own.close();
    }
  });

  it("goes on in the others while one is away, and says which", async () => {
    const before = await producer.enqueue({ ...MESSAGE, to: [...US, ...EU] }, AUTO);
    const away = producerOf({ eu: "redis://127.0.0.1:1", timeoutMs: 500 });
    try {
      const sent = await away.enqueue({ ...MESSAGE, to: US }, { region: "us", idempotencyKey: "one" });
      await expect(away.status(sent.id)).resolves.toMatchObject({ state: "queued" });
      const status = await away.status(before.id);
      expect(status).toMatchObject({ state: "queued", result: null, unreachable: ["eu"] });
      await expect(away.list()).resolves.toMatchObject({ sends: [{ id: sent.id }], unreachable: ["eu"] });
      await expect(away.list({ region: ["us", "au"] })).resolves.toEqual({
        sends: [expect.objectContaining({ id: sent.id }), expect.objectContaining({ whole: before.id })],
        cursor: null,
      });
      await expect(away.events()).resolves.toMatchObject({ events: [], unreachable: ["eu"] });
      await expect(away.inbounds()).resolves.toMatchObject({ inbounds: [], unreachable: ["eu"] });
      const failed = away.enqueue({ ...MESSAGE, to: EU }, { region: "eu", idempotencyKey: "one" });
      await expect(failed).rejects.toMatchObject({
        code: "VOLLEY_REDIS_UNAVAILABLE",
        message: expect.stringMatching(/^eu: /),
      });
      await expect(away.servedRegions()).resolves.toEqual(["eu"]);
      // It is on the other lists, and is brought to this one when that is back: not answered before.
      const stopped = away.suppressions.add(EU);
      await expect(stopped).rejects.toMatchObject({ code: "VOLLEY_REDIS_UNAVAILABLE" });
    } finally {
      await away.close();
    }
  });

  it.each([
    [{ us: { connection: undefined } }, "us"],
    [{ US: { connection: "redis://127.0.0.1" } }, "names of regions"],
    [{ us: { connection: "redis://127.0.0.1", prefix: "x" } }, "prefix"],
  ])("refuses %j", (regions, named) => {
    const wrong = (): Producer => createProducer({ redis: servers.home.url, regions: regions as never });
    expect(wrong).toThrow(named);
  });
});
