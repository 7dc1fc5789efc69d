import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { SendResult } from "@volley/contract";
import { createProducer } from "@volley/producer";
import { digitsOf, numbersOf } from "./regional-hosts.ts";
import { ROUTES, type RoutingRig, setUpRouting } from "./routing-rig.ts";
import { runVolley } from "./stage/cli-process.ts";

let rig: RoutingRig;

beforeAll(async () => {
  rig = await setUpRouting();
});

afterAll(async () => rig.close());

describe("numbers of five countries", () => {
  it("go to the hosts of five regions, each to its own, and one result adds up", async () => {
    const lists = numbersOf({ us: 1_200, eu: 2_500, au: 3, br: 40, ca: 1 }, 0);
    const british = "+44 99 0000 0001";
    const all = [...lists.values()].flat();
    const { enqueued, result } = await rig.send("five countries", {
      from: "Volley",
      // The same numbers again in another writing, what is no number, and what no prefix covers.
      to: [
        british,
        "nobody",
        ...all,
        ...all.slice(0, 10).map(digitsOf),
        "+33 6 99 00 00 01",
        "33699000001",
        "0701234567",
      ],
      body: "Hi ${name}!",
      parameters: { name: { [all[0] ?? ""]: "Ann", default: "there" } },
    });

    const requested = all.length + 15;
    expect(enqueued).toMatchObject({
      id: expect.stringMatching(/^auto-[0-9a-z]{20}$/),
      region: "auto",
      alreadyEnqueued: false,
      recipients: { requested, valid: all.length + 1, duplicate: 10, rejected: 4 },
    });
    expect(result).toMatchObject({
      state: "accepted",
      region: "auto",
      recipients: { requested, accepted: all.length + 1, duplicate: 10, rejected: 4 },
      errors: [],
    });
    expectToAddUp(result);
    expect(result.rejected).toEqual([
      { recipient: "nobody", index: 1, reason: "invalid_msisdn", by: "volley" },
      { recipient: "+33 6 99 00 00 01", index: requested - 3, reason: "no_route", by: "volley" },
      { recipient: "33699000001", index: requested - 2, reason: "no_route", by: "volley" },
      { recipient: "0701234567", index: requested - 1, reason: "invalid_msisdn", by: "volley" },
    ]);
    for (const [region, list] of lists) expectTextedFrom(region, region === "eu" ? [...list, british] : list);
    expect(rig.hosts.textsTo(all[0] ?? "")).toEqual(["Hi Ann!"]);
    for (const { id, region = "none" } of result.batches) expect(batchesOf(region)).toContain(id);
    expect(result.batches.map(({ region }) => region)).toEqual(["au", "br", "ca", "eu", "eu", "eu", "us", "us"]);
    expect((await allBatches(enqueued.id)).map(({ id }) => id)).toEqual(result.batches.map(({ id }) => id));
  });

  it("are enqueued once, however often and by whatever routes the call is made again", async () => {
    const to = [...numbersOf({ us: 2, eu: 2 }, 10_000).values()].flat();
    const message = { from: "Volley", body: "The doors open at seven." };
    const { enqueued } = await rig.send("once", { ...message, to });
    const options = { region: "auto", idempotencyKey: "once" };
    const again = { ...enqueued, alreadyEnqueued: true };

    expect(await rig.producer.enqueue({ ...message, to: inPages(to, 3) }, options)).toEqual(again);
    const moved = createProducer({
      redis: rig.stage.redisUrl,
      prefix: rig.stage.prefix,
      routes: { prefixes: { "46": "us" }, default: null },
    });
    expect(await moved.enqueue({ ...message, to }, options)).toEqual(again);
    await moved.close();
    const other = rig.producer.enqueue({ ...message, to: to.slice(1) }, options);
    await expect(other).rejects.toMatchObject({ code: "VOLLEY_IDEMPOTENCY_CONFLICT" });
    for (const number of to) expect(rig.hosts.timesTexted(number)).toBe(1);
  });
});

describe("a source in any number", () => {
  it("is routed in pages, each recipient with their own values, once", async () => {
    const lists = numbersOf({ us: 11_000, eu: 11_000, br: 1_500 }, 20_000);
    const all = [...lists.values()].flat().toSorted((a, b) => (a.at(-1) ?? "").localeCompare(b.at(-1) ?? ""));
    const named = all.map((to, index) => ({ to, parameters: { name: `Name ${index}` } }));
    const { result } = await rig.send("pages", {
      from: "Volley",
      to: inPages([...named, ...named.slice(0, 700)], 900),
      body: "Hi ${name}!",
    });

    expect(result).toMatchObject({
      state: "accepted",
      recipients: { accepted: all.length, duplicate: 700, rejected: 0 },
    });
    expectToAddUp(result);
    for (const [region, list] of lists) expectTextedFrom(region, list);
    for (const index of [0, 5_000, all.length - 1]) {
      expect(rig.hosts.textsTo(all[index] ?? "")).toEqual([`Hi Name ${index}!`]);
    }
    await rig.everyStageIsGone();
  });

  it("that fails half-way sends nothing in any region, and its key may be used again", async () => {
    const lists = numbersOf({ us: 3_000, eu: 3_000, au: 5 }, 50_000);
    const all = [...lists.values()].flat();
    const failure = new Error("the database is gone");
    async function* failing(): AsyncGenerator<string[]> {
      yield* inPages(all, 1_000);
      throw failure;
    }
    const message = { from: "Volley", body: "The doors open at seven." };
    const options = { region: "auto", idempotencyKey: "fails" };
    await expect(rig.producer.enqueue({ ...message, to: failing() }, options)).rejects.toBe(failure);
    await rig.everyStageIsGone();

    const { result } = await rig.send("fails", { ...message, to: inPages(all.slice(1), 1_000) });
    expect(result.recipients.accepted).toBe(all.length - 1);
    expect(rig.hosts.timesTexted(all[0] ?? "")).toBe(0);
    for (const number of all.slice(1)) expect(rig.hosts.timesTexted(number)).toBe(1);
  });
});

describe("what is done after a send", () => {
  it("cancels every region at once, and tells where it is until then", async () => {
    const to = [...numbersOf({ us: 1_500, eu: 2, au: 1 }, 80_000).values()].flat();
    const sendAt = new Date(Date.now() + 60 * 60 * 1_000).toISOString();
    const { id } = await rig.producer.enqueue(
      { from: "Volley", to, body: "Later.", send_at: sendAt },
      { region: "auto", idempotencyKey: "cancel" },
    );
    expect(await rig.producer.status(id)).toMatchObject({ id, region: "auto", state: "scheduled", result: null });
    expect(await rig.producer.cancel(id)).toEqual({ stopped: to.length, tooLate: 0, unknown: 0 });
    const result = await rig.resultOf(id);
    expect(result).toMatchObject({ state: "canceled", recipients: { requested: to.length, canceled: to.length } });
    expect(new Set(result.errors.map(({ region }) => region))).toEqual(new Set(["us", "eu", "au"]));

    const again = { changes: { send_at: new Date().toISOString() } };
    const linked = await rig.producer.retry(id, again);
    expect(linked).toMatchObject({ region: "auto", alreadyEnqueued: false, recipients: { valid: to.length } });
    expect(await rig.producer.retry(id, again)).toEqual({ ...linked, alreadyEnqueued: true });
    expect(await rig.resultOf(linked.id)).toMatchObject({ state: "accepted", recipients: { accepted: to.length } });
    for (const number of to) expect(rig.hosts.timesTexted(number)).toBe(1);
    await expect(rig.producer.retry(linked.id)).rejects.toMatchObject({ code: "VOLLEY_NOBODY_LEFT" });
  });
});

describe("recipients of one region about whom nobody knows", () => {
  it("are sent to once more, in one send, when a person finds out that they were not texted", async () => {
    const lists = numbersOf({ us: 2, eu: 3 }, 85_000);
    const { faults } = rig.hosts.of("eu");
    faults.add({ match: { method: "POST" }, action: { kind: "drop", accept: false } });
    const mute = faults.add({ match: { method: "GET" }, times: null, action: { kind: "status", status: 503 } });
    const message = { from: "Volley", body: "Hello", to: [...lists.values()].flat(), expire_at: timeIn(2_500) };
    const { enqueued, result } = await rig.send("unknown", message);
    faults.remove(mute);
    expect(result).toMatchObject({ state: "partial", recipients: { requested: 5, accepted: 2, unknown: 3 } });
    expect(result.errors).toMatchObject([{ part: 0, region: "eu", recipients: 3 }]);

    const changes = { expire_at: timeIn(60_000) };
    const linked = await rig.producer.resolve(enqueued.id, "not_sent", { changes });
    expect(linked).toMatchObject({ region: "auto", recipients: { valid: 3 } });
    expect(await rig.resultOf(linked?.id ?? "")).toMatchObject({ state: "accepted", recipients: { accepted: 3 } });
    for (const [region, list] of lists) expectTextedFrom(region, list);
  });
});

describe("volley", () => {
  it("sends a file by the routes of VOLLEY_ROUTES_FILE, and shows and exports the whole", async () => {
    const folder = await mkdtemp(join(tmpdir(), "volley-auto-region-"));
    const [file, routes] = [join(folder, "people.csv"), join(folder, "routes.json")];
    const lists = numbersOf({ us: 2, ca: 1, au: 1 }, 90_000);
    const all = [...lists.values()].flat();
    await writeFile(file, ["number,name", ...all.map((number) => `${number},Ann`)].join("\n"));
    await writeFile(routes, JSON.stringify(ROUTES));
    const environment = { REDIS_URL: rig.stage.redisUrl, VOLLEY_PREFIX: rig.stage.prefix };
    const message = ["--from", "Volley", "--body", "Hi ${name}!", "--region", "auto"];

    const off = runVolley(["send", file, ...message], environment);
    expect(await off.ended()).toBe(1);
    expect(off.errors()).toContain("VOLLEY_ROUTES_FILE");
    const sent = runVolley(["send", file, ...message], { ...environment, VOLLEY_ROUTES_FILE: routes });
    expect([await sent.ended(), sent.errors()]).toEqual([0, ""]);
    const [, id = ""] = /^(auto-[0-9a-z]{20}): 4 recipients in auto enqueued$/m.exec(sent.output()) ?? [];
    for (const [region, list] of lists) expectTextedFrom(region, list);

    const status = runVolley(["status", id], environment);
    expect(await status.ended()).toBe(0);
    expect(status.output()).toContain(`${id}: accepted in auto\n  4 requested = 4 accepted\n`);
    const exported = runVolley(["export", id], environment);
    expect(await exported.ended()).toBe(0);
    expect(
      exported
        .output()
        .split("\n")
        .slice(0, 4)
        .map((line) => line.split(",").at(-1)),
    ).toEqual(["region", "au", "ca", "us"]);
    await rm(folder, { recursive: true });
  });
});

describe("a file with numbers that no route covers", () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "volley-no-route-"));
    await writeFile(join(folder, "routes.json"), JSON.stringify(ROUTES));
  });

  afterAll(async () => rm(folder, { recursive: true, force: true }));

  async function send(lines: readonly string[]): Promise<{ exitCode: number | null; errors: string }> {
    const file = join(folder, "people.csv");
    await writeFile(file, ["number,region", ...lines].join("\n"));
    const message = ["--from", "Volley", "--body", "Hello", "--region", "auto"];
    const sent = runVolley(["send", file, ...message], {
      REDIS_URL: rig.stage.redisUrl,
      VOLLEY_PREFIX: rig.stage.prefix,
      VOLLEY_ROUTES_FILE: join(folder, "routes.json"),
    });
    return { exitCode: await sent.ended(), errors: sent.errors() };
  }

  it("ends volley send with 2: they are valid, and were not accepted, each of them once", async () => {
    const [us = "", other = ""] = [...numbersOf({ us: 2 }, 95_000).values()].flat();
    const unrouted = ["+33 6 99 00 00 01,", "0033699000001,", "+33699000002,"];
    // Bad numbers of either region are nobody, and `other` is there twice.
    const rest = [`${us},`, `${other},us`, `${other},us`, "070,", "071,us", "072,us"];
    expect(await send([...unrouted, ...rest])).toEqual({ exitCode: 2, errors: "2 recipients were not accepted\n" });
  });

  it("ends volley send with 0 where only bad numbers and duplicates were left out", async () => {
    const [us = "", other = ""] = [...numbersOf({ us: 2 }, 96_000).values()].flat();
    const lines = [`${us},`, `${us},`, `${other},us`, "070,", "071,us", "072,us"];
    expect(await send(lines)).toEqual({ exitCode: 0, errors: "" });
  });
});

function* inPages<Entry>(entries: readonly Entry[], size: number): Generator<Entry[]> {
  for (let first = 0; first < entries.length; first += size) yield entries.slice(first, first + size);
}

function expectToAddUp({ recipients: { requested, ...endings } }: SendResult): void {
  expect(Object.values(endings).reduce((sum, count) => sum + count, 0)).toBe(requested);
}

function batchesOf(region: string): string[] {
  const batches = rig.hosts.of(region).batches();
  return batches.map(({ id }) => id);
}

async function allBatches(id: string): Promise<SendResult["batches"]> {
  const all: SendResult["batches"] = [];
  let cursor: string | null = null;
  do {
    const page = await rig.producer.batches(id, { limit: 2, ...(cursor !== null && { cursor }) });
    all.push(...page.batches);
    ({ cursor } = page);
  } while (cursor !== null);
  return all;
}

function expectTextedFrom(region: string, numbers: readonly string[]): void {
  expect(rig.hosts.notTextedOnceFrom(region, numbers)).toEqual([]);
}

function timeIn(milliseconds: number): string {
  return new Date(Date.now() + milliseconds).toISOString();
}
