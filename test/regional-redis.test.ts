import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type Emulator, startEmulator } from "@volley/emulator";
import { type LocalRedis, startRedis } from "@volley/local-redis";
import { createProducer, type Producer } from "@volley/producer";
import { Redis } from "ioredis";
import { everythingIn, formsOf } from "./scan-redis.ts";
import { runVolley } from "./stage/cli-process.ts";
import { eventually } from "./stage/eventually.ts";
import { spawnWebhooks, type WebhooksProcess } from "./stage/webhooks-process.ts";
import { startWorkerProcess, type WorkerProcess } from "./stage/worker-process.ts";

const US = numbersFrom(12_015_550_000, 1_500);
const EU = numbersFrom(46_700_000_000, 1_500);
const SENDER = "12015550999";
const ROUTES = { prefixes: { "1": "us", "46": "eu" } };
const TEXTS = { us: "Howdy from the west", eu: "Hallo vom alten Kontinent", all: "To whom it may concern" };
const SAID = { us: "my American words", eu: "my European words" };
const MINUTE_MS = 60_000;

let servers: Readonly<Record<"home" | "us" | "eu", LocalRedis>>;
let emulator: Emulator;
let environment: Readonly<Record<string, string>>;
let worker: WorkerProcess;
let webhooks: WebhooksProcess;
let producer: Producer;

function numbersFrom(first: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => String(first + index * 7));
}

async function startKept(): Promise<LocalRedis> {
  return startRedis({ prefer: "server", persistence: true });
}

function key(idempotencyKey: string, region: string) {
  return { region, idempotencyKey };
}

beforeAll(async () => {
  const [home, us, eu] = await Promise.all([startKept(), startKept(), startKept()]);
  servers = { home, us, eu };
  emulator = await startEmulator({ plans: { "us-plan": "token", "eu-plan": "token" }, speed: 20_000 });
  const ofRegion = (region: string, url: string) => ({
    [`VOLLEY_${region}_REDIS_URL`]: url,
    [`VOLLEY_${region}_BASE_URL`]: emulator.url,
    [`VOLLEY_${region}_SERVICE_PLAN_ID`]: `${region.toLowerCase()}-plan`,
    [`VOLLEY_${region}_API_TOKEN`]: "token",
    [`VOLLEY_${region}_RECIPIENTS_PER_SECOND`]: "2000",
  });
  environment = {
    REDIS_URL: home.url,
    VOLLEY_REGIONS: "us,eu",
    VOLLEY_HTTP_PORT: "0",
    VOLLEY_CALLBACK_UNSIGNED: "allow",
    VOLLEY_UNKNOWN_HOLD_MS: "1000",
    VOLLEY_OPT_OUT_SCOPE: "all",
    ...ofRegion("US", us.url),
    ...ofRegion("EU", eu.url),
  };
  [worker, webhooks] = await Promise.all([startWorkerProcess(environment), spawnWebhooks(environment)]);
  for (const region of ["us", "eu"]) {
    const url = `${webhooks.url}/v1/callbacks/${region}`;
    emulator.setCallbacks({ reportUrl: url, inboundUrl: url }, `${region}-plan`);
  }
  const regions = { us: { connection: us.url }, eu: { connection: eu.url } };
  producer = createProducer({ connection: home.url, regions, routes: ROUTES });
}, MINUTE_MS);

afterAll(async () => {
  await producer.close();
  await Promise.all([worker.stop(), webhooks.stop()]);
  await emulator.close();
  await Promise.all(Object.values(servers).map(async (server) => server.stop()));
});

async function ended(id: string): Promise<object> {
  return eventually(async () => (await producer.status(id).catch(() => null))?.result, `the end of ${id}`, MINUTE_MS);
}

/** What stands of other regions in each Redis: numbers in any form, and texts. */
async function foreign(): Promise<Record<string, string[]>> {
  const all = { home: [...US, ...EU], us: EU, eu: US };
  const texts = {
    home: [...Object.values(TEXTS), ...Object.values(SAID)],
    us: [TEXTS.eu, SAID.eu],
    eu: [TEXTS.us, SAID.us],
  };
  const found: Record<string, string[]> = {};
  for (const where of ["home", "us", "eu"] as const) {
    const everything = await everythingIn(servers[where].url);
    // Whoever is there is found, or nothing would be said by finding nobody.
    const own = { home: [], us: US.slice(10, 20), eu: EU.slice(10, 20) }[where];
    if (own.some((number) => !everything.includes(number))) throw new Error(`${where} has its own people`);
    found[where] = [...all[where].flatMap(formsOf), ...texts[where]].filter((form) => everything.includes(form));
  }
  return found;
}

async function volley(...command: string[]): Promise<string> {
  const run = runVolley(command, environment);
  expect(await run.ended()).toBe(0);
  return run.answer();
}

async function countOf(pattern: string, url: string): Promise<number> {
  const redis = new Redis(url);
  const keys = await redis.keys(pattern);
  redis.disconnect();
  return keys.length;
}

describe("two regions on two Redis", () => {
  it("keep what is theirs: after a campaign in both, each holds no number and no text of the other", async () => {
    const duplicates = { ifFound: "skip" as const };
    const report = { delivery_report: "per_recipient" } as const;
    const one = { from: SENDER, body: TEXTS.us, to: US.slice(0, 40), label: "west", ...report };
    const us = await producer.enqueue(one, { ...key("one", "us"), duplicates });
    const eu = await producer.enqueue(
      { ...one, body: TEXTS.eu, to: EU.slice(0, 40), label: "old" },
      { ...key("one", "eu"), duplicates },
    );
    const list = { from: SENDER, body: TEXTS.all, to: [...US, ...EU, "99999999999"], ...report };
    const auto = await producer.enqueue(list, { ...key("all", "auto"), duplicates });
    for (const { id } of [us, eu, auto]) await ended(id);
    await expect(producer.enqueue(list, key("all", "auto"))).resolves.toMatchObject({ alreadyEnqueued: true });
    expect(
      [...US, ...EU].filter((number) => emulator.textsTo(number).filter((text) => text === TEXTS.all).length !== 1),
    ).toEqual([]);
    await eventually(async () => (await producer.status(auto.id))?.delivery?.open === 0, "reports", MINUTE_MS);
    // What waits, is canceled and sent again; what people answer.
    const later = new Date(Date.now() + 3_600_000).toISOString();
    const waiting = await producer.enqueue({ ...list, send_at: later }, key("later", "auto"));
    await expect(producer.cancel(waiting.id)).resolves.toMatchObject({ stopped: 3_000, tooLate: 0 });
    const again = await producer.retry(waiting.id, { changes: { send_at: later } });
    await expect(producer.cancel(again.id)).resolves.toMatchObject({ stopped: 3_000 });
    emulator.receive({ plan: "us-plan", from: US[0], to: SENDER, body: "STOP" } as never);
    emulator.receive({ plan: "eu-plan", from: EU[0], to: SENDER, body: "STOP" } as never);
    emulator.receive({ plan: "us-plan", from: US[1], to: SENDER, body: SAID.us } as never);
    emulator.receive({ plan: "eu-plan", from: EU[1], to: SENDER, body: SAID.eu } as never);
    await eventually(async () => (await producer.inbounds()).inbounds.length === 4, "what people have answered");
    await eventually(() => emulator.inbounds().every((each) => each.acknowledged_at !== null), "their acknowledgement");
    await producer.suppressions.add(EU[2] ?? "", { why: "by mail" });
    const types = ["send.settled", "recipient.opted_out", "message.received"] as const;
    const { events } = await producer.events({ types });
    expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining([...types]));
    // A STOP for all holds in the other region.
    for (const [region, number] of [
      ["eu", US[0]],
      ["us", EU[0]],
      ["us", EU[2]],
    ] as const) {
      const { recipients } = await producer.check({ from: SENDER, body: "?", to: [number ?? ""] }, { region });
      expect({ region, suppressed: recipients.suppressed }).toEqual({ region, suppressed: 1 });
    }
    expect(await foreign()).toEqual({ home: [], us: [], eu: [] });
    const listed = JSON.parse(await volley("list", "--json")) as { sends?: object[] } | object[];
    expect(JSON.stringify(listed)).toContain(auto.id);
    expect(await volley("status", us.id)).toContain("accepted");
    await producer.keys.create({ name: "a service", scopes: ["sends:read"] });
    for (const number of [US[3], EU[3]]) {
      const { found } = await producer.forget(number ?? "");
      expect(found.reports).toBeGreaterThan(0);
    }
  }, 180_000);

  it("go on without each other: one is killed in the middle of a campaign in both", async () => {
    const list = { from: SENDER, body: "once and no more" };
    const [people, others] = [numbersFrom(12_025_550_000, 8_000), numbersFrom(46_710_000_000, 8_000)];
    const us = await producer.enqueue({ ...list, to: people }, { region: "us", idempotencyKey: "kill" });
    const eu = await producer.enqueue({ ...list, to: others }, { region: "eu", idempotencyKey: "kill" });
    await eventually(() => others.filter((number) => emulator.timesTexted(number) > 0).length > 1_000, "some in eu");
    await servers.eu.kill();
    await ended(us.id);
    await expect(producer.status(eu.id)).rejects.toMatchObject({ message: expect.stringMatching(/^eu: /) });
    const ready = await fetch(`${worker.url()}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([200, expect.objectContaining({ details: { away: ["eu"] } })]);
    await expect(producer.list()).resolves.toMatchObject({ unreachable: ["eu"] });
    // A STOP for all is not acknowledged before the other region knows of it.
    emulator.receive({ plan: "us-plan", from: US[5], to: SENDER, body: "STOP" } as never);
    await eventually(async () => {
      const { recipients } = await producer.check({ ...list, to: [US[5] ?? ""] }, { region: "us" });
      return recipients.suppressed === 1;
    }, "a STOP that holds where it was said");
    expect(emulator.inbounds().find(({ from }) => from === US[5])?.acknowledged_at).toBeNull();
    await servers.eu.restart();
    await ended(eu.id);
    expect([...people, ...others].filter((number) => emulator.timesTexted(number) !== 1)).toEqual([]);
    await eventually(async () => {
      const { recipients } = await producer.check({ ...list, to: [US[5] ?? ""] }, { region: "eu" });
      return recipients.suppressed === 1;
    }, "the STOP in the region that was away");
  }, 180_000);
});

it("the page says of every key where it is", async () => {
  expect(await countOf("*:routed:*", servers.home.url)).toBeGreaterThan(0);
  for (const url of [servers.us.url, servers.eu.url]) expect(await countOf("*:routed:*", url)).toBe(0);
  const redis = new Redis(servers.home.url);
  const kinds = new Set((await redis.keys("*")).map((name) => name.replace(/^\{volley\}:/, "").split(":")[0] ?? ""));
  redis.disconnect();
  const named = readFileSync(new URL("../docs/regional-redis.md", import.meta.url), "utf8");
  for (const kind of kinds) expect({ kind, isNamed: named.includes(`\`${kind}`) }).toEqual({ kind, isNamed: true });
});
