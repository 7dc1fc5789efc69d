import { readFileSync } from "node:fs";
import { PassThrough } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { listKeys } from "@volley/opt-outs";
import { createProducer, EXPLAIN_REASONS, type ExplainReason, type Explanation, type Producer } from "@volley/producer";
import { testRedisUrl } from "./own-prefix.ts";
import { readCliConfig } from "../apps/cli/src/redis/config.ts";
import { createProgram } from "../apps/cli/src/program.ts";
import { type ApiRig, startApiRig } from "./api-rig.ts";
import { numbers, type RegionRig, startRegionRig, textTo } from "./region-rig.ts";
import { runVolley } from "./stage/cli-process.ts";
import { eventually } from "./stage/eventually.ts";

const HOUR_MS = 3_600_000;

let rig: RegionRig;
let api: ApiRig;
let key: string;
let producer: Producer;
let sends = 0;

beforeEach(async () => {
  rig = await startRegionRig();
  producer = createProducer({ redis: testRedisUrl(), prefix: rig.prefix });
  api = await startApiRig({ VOLLEY_PREFIX: rig.prefix });
  key = await api.key({ scopes: ["sends:read"] });
});

afterEach(async () => {
  await producer.close();
  await api.stop();
  await rig.close();
});

async function enqueue(send: object = {}, people = numbers(1)): Promise<string> {
  sends += 1;
  const { id } = await producer.enqueue(
    { ...textTo(...people), ...send },
    { region: "eu", idempotencyKey: `send ${sends}` },
  );
  return id;
}

/** What the command line says, to programs and to people. */
async function explainedByCli(...flags: string[]): Promise<string> {
  const output = Object.assign(new PassThrough(), { isTTY: false });
  const config = readCliConfig({ REDIS_URL: testRedisUrl(), VOLLEY_PREFIX: rig.prefix });
  const program = createProgram({ config, output, messages: new PassThrough(), signal: new AbortController().signal });
  await program.parseAsync(["explain", ...flags], { from: "user" });
  return String(output.read() ?? "");
}

/** Whether it says the same but for what a look takes: of what Redis forgets it tells how long that is to come, in milliseconds. */
function isAsSaid(given: unknown, said: Explanation): boolean {
  const until: unknown = Reflect.get(Object(given), "until");
  const isSame = until === said.until || Math.abs(Date.parse(String(until)) - Date.parse(said.until ?? "")) < 50;
  return isSame && isDeepStrictEqual({ ...Object(given), until: said.until }, said);
}

/** Waits until that is the reason, which a region needs a moment to come to, and looks whether API and command line say it, too. */
async function becomes(id: string, reason: ExplainReason): Promise<Explanation> {
  return eventually(async () => {
    const said = await producer.explain(id);
    if (said?.reason !== reason) return false;
    const { status, body } = await api.ask("GET", `/v1/sends/${id}/explain`, { key });
    const [json, text] = [await explainedByCli(id, "--json"), await explainedByCli(id)];
    // It goes on meanwhile.
    const all = [body, JSON.parse(json), await producer.explain(id)];
    if (!all.every((each) => isAsSaid(each, said))) return false;
    // How long it lasts may stand behind it.
    expect([status, text]).toEqual([200, expect.stringContaining(`${id}: ${said.sentence}`)]);
    return said;
  }, `${reason} of ${id}`);
}

function at(offsetMs: number): string {
  return new Date(Date.now() + offsetMs).toISOString();
}

async function providerAnswers(status: number): Promise<void> {
  rig.emulator.faults.add({ times: null, action: { kind: "status", status, body: {} } });
}

it("has every reason in the table of the docs, and none beside", () => {
  const page = readFileSync(new URL("../docs/codes.md", import.meta.url), "utf8");
  const [, table = ""] = page.split("## Reasons of explain");
  expect((table.split("\n## ")[0] ?? "").match(/(?<=^\| `)\w+/gm)).toEqual([...EXPLAIN_REASONS]);
});

it("knows no send that there is not", async () => {
  expect(await producer.explain("eu-0123456789abcdefghjk")).toBeNull();
  expect(await api.ask("GET", "/v1/sends/eu-0123456789abcdefghjk/explain", { key })).toMatchObject({
    status: 404,
    body: { code: "VOLLEY_UNKNOWN_SEND" },
  });
  await expect(explainedByCli("eu-0123456789abcdefghjk")).rejects.toThrow("there is no such send");
});

it("says the same at the command line, for a person and for a program", async () => {
  const id = await enqueue();
  const place = { REDIS_URL: testRedisUrl(), VOLLEY_PREFIX: rig.prefix };
  const [shown, json] = [runVolley(["explain", id], place), runVolley(["explain", id, "--json"], place)];
  expect([await shown.ended(), await json.ended()]).toEqual([0, 0]);
  expect(shown.output()).toBe(`${id}: no worker of eu is running\n`);
  expect(JSON.parse(json.output())).toEqual(await producer.explain(id));
});

it("names what stands in the way of the whole region", async () => {
  const waiting = await enqueue();
  expect(await becomes(waiting, "no_worker")).toMatchObject({ region: "eu", until: null });
  const sendAt = at(HOUR_MS);
  const later = await enqueue({ send_at: sendAt });
  expect(await becomes(later, "scheduled")).toMatchObject({
    until: sendAt,
    sentence: expect.stringMatching(/^it is scheduled for \d{4}-/),
  });
  await producer.region("eu").pause();
  expect(await becomes(waiting, "region_paused")).toMatchObject({ since: expect.any(String) });
  await providerAnswers(401);
  await rig.startWorker();
  await producer.region("eu").resume();
  const suspended = await becomes(waiting, "region_suspended");
  expect(suspended.sentence).toMatch(/^eu is suspended since .+: the provider refuses its set-up/);
});

it("names a provider in trouble", async () => {
  await providerAnswers(503);
  await rig.startWorker({ random: 1 });
  const id = await enqueue();
  const held = await becomes(id, "region_backs_off");
  expect(held.until).toEqual(expect.any(String));
});

it("names a list of those who have opted out that cannot be read", async () => {
  await rig.redis.set(listKeys(rig.prefix).head, "no list");
  await rig.startWorker();
  const id = await enqueue();
  expect(await becomes(id, "list_unreadable")).toMatchObject({ region: "eu" });
  // It is due, and put back: that is not scheduled.
  for (let look = 0; look < 20; look += 1) {
    expect((await producer.explain(id))?.reason).not.toBe("scheduled");
    expect((await producer.status(id))?.state).not.toBe("scheduled");
    await pause(50);
  }
});

it("names the part whose request may have been accepted", async () => {
  rig.emulator.faults.add({ match: { method: "POST" }, times: 1, action: { kind: "drop", accept: false } });
  await rig.startWorker({ concurrency: 1, settings: { unknownHoldMs: 30_000, probeIntervalMs: 10_000 } });
  const asking = await becomes(await enqueue({}, numbers(3_000)), "asking_provider");
  expect(asking.sentence).toMatch(/^the provider is asked whether it has part [012], whose request may have been/);
  expect(Date.parse(asking.since ?? "")).toBeLessThanOrEqual(Date.now() + 1_000);
});

it("names a worker that sends, and who goes before", async () => {
  rig.emulator.faults.add({
    match: { method: "POST" },
    times: null,
    action: { kind: "latency", ms: 8_000, before: true },
  });
  await rig.startWorker({ concurrency: 1, timeoutMs: 20_000 });
  const first = await enqueue();
  await becomes(first, "sending");
  const next = await enqueue();
  expect(await becomes(next, "queued")).toMatchObject({ sentence: "it is the next one" });
  await enqueue({ priority: "urgent" });
  expect(await becomes(next, "behind_urgent")).toMatchObject({
    sentence: "urgent sends go before it: it waits behind 1 job",
  });
  const last = await enqueue();
  expect((await producer.explain(last))?.sentence).toBe("urgent sends go before it: it waits behind 2 jobs");
});

it.each([
  ["a send", { ...textTo("46701234567"), v: 2 }],
  ["what nobody here can read", { v: 999, recipients: { list: "46701234567" } }],
])(
  "says of %s that was made for a newer worker that it waits for one, and nothing of it is sent or refused",
  async (_, data) => {
    await rig.startWorker();
    const id = "eu-3123456789abcdefghjk";
    const job = await rig.add(data, { jobId: id });
    const waits = await becomes(id, "newer_version");
    expect(waits.sentence).toBe("it was made for a newer worker than those that are running, and waits for one");
    expect(await job.getState()).toBe("delayed");
    expect(rig.emulator.requests()).toEqual([]);
    expect(rig.lines).toContain("warn: a job was made for a newer worker, and waits for one");
    // As a worker that knows reads it.
    await job.updateData({ ...textTo("46701234567"), v: 1 });
    await job.changeDelay(0);
    expect(await rig.resultOf(id)).toMatchObject({ state: "accepted" });
    expect(rig.emulator.timesTexted("46701234567")).toBe(1);
  },
);

it("names the limits of the region", async () => {
  await rig.startWorker({ limits: { rate: 1 } });
  const paced = await becomes(await enqueue({}, numbers(5_000)), "paced");
  expect(paced.sentence).toMatch(/^the limits of its region let it go later: \d of 5 parts are done$/);
});

it("tells what a send came to", async () => {
  await producer.suppressions.add("46709999999", { who: "a person" });
  rig.emulator.faults.add({
    match: { method: "POST", recipient: "46701111111" },
    times: null,
    action: { kind: "status", status: 400, body: { code: "syntax_invalid_parameter_format", text: "No" } },
  });
  await rig.startWorker();
  const [accepted, kept, optedOut, rejected, expired, some, canceled] = await Promise.all([
    enqueue(),
    enqueue({ send_at: at(30_000) }),
    enqueue({}, ["46709999999"]),
    enqueue({}, ["46701111111"]),
    rig
      .add({ ...textTo("+46701234567"), expire_at: at(-1_000) }, { jobId: "eu-1123456789abcdefghjk" })
      .then(({ id }) => String(id)),
    enqueue({}, ["46709999999", "46701234568", "46701234568"]),
    enqueue({ send_at: at(HOUR_MS) }),
  ]);
  await producer.cancel(canceled);
  expect((await becomes(accepted, "accepted")).sentence).toBe(
    "the provider has accepted it; 1 recipient asked for: 1 accepted",
  );
  expect((await becomes(kept, "at_provider")).until).toEqual(expect.any(String));
  await becomes(optedOut, "opted_out");
  await becomes(rejected, "rejected");
  await becomes(expired, "expired");
  expect((await becomes(some, "accepted")).sentence).toContain("1 accepted, 1 suppressed, 1 duplicate");
  await becomes(canceled, "canceled");
  await rig.add("no send", { jobId: "eu-2123456789abcdefghjk" });
  await becomes("eu-2123456789abcdefghjk", "failed");
});

it("names the gravest reason of the regions to which recipients were routed", async () => {
  const routes = { prefixes: { "46": "eu", "1": "us" }, default: "eu" };
  const routing = createProducer({ redis: testRedisUrl(), prefix: rig.prefix, routes });
  await rig.startWorker();
  const { id } = await routing.enqueue(textTo("46701234567", "12015550124"), {
    region: "auto",
    idempotencyKey: "auto",
  });
  expect(await becomes(id, "no_worker")).toMatchObject({
    id,
    region: "us",
    sentence: "in us: no worker of us is running",
  });
  await routing.close();
});
