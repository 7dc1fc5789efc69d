import { execFile } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { DEFAULT_PREFIX, InvalidSendError, queueName, readRoutes, sendResultSchema } from "@volley/contract";
import { type Fault, startEmulator } from "@volley/emulator";
import { type LocalRedis, startRedis } from "@volley/local-redis";
import type { Producer, RecipientEntry } from "@volley/producer";
import { deliveryOf } from "@volley/receipts";
import { Queue } from "bullmq";
import { PROBLEM } from "../apps/api/src/document/problem-schema.ts";
import { ENQUEUED } from "../apps/api/src/enqueue/send-schemas.ts";
import { errorAsJson, type ErrorAsJson } from "../apps/cli/src/exit/explain-error.ts";
import { wantedReplicas } from "../packages/fleet/src/scale/wanted-replicas.ts";
import { fencesIn, ROOT } from "./pages/fences.ts";
import { checkBeforeSending } from "./readme/check-before-sending.ts";
import { parcelDelivered } from "./readme/coalesce.ts";
import { emulatorInNode } from "./readme/emulator-in-node.ts";
import { emulatorWithAFault } from "./readme/emulator-with-a-fault.ts";
import { enqueueFromCursor } from "./readme/enqueue-from-cursor.ts";
import { startProducer, tellOfParcel } from "./readme/enqueue-with-producer.ts";
import { aRedisForAWhile } from "./readme/local-redis.ts";
import { producerInShort } from "./readme/producer-in-short.ts";
import { enqueueOnceADay } from "./readme/same-text.ts";
import { sendAndAsk } from "./readme/sinch-client.ts";
import { takeEvents } from "./readme/take-events.ts";
import { eventually } from "./stage/eventually.ts";
import { setUpStage, type Stage } from "./stage/stage.ts";

const FOLDER = join(ROOT, "test/readme");

/** It ends the process that runs it. */
const NOT_RUN = new Set(["packages/runtime/README.md"]);

describe("every snippet of every page", () => {
  const files = readdirSync(FOLDER).map((name) => ({ name, text: readFileSync(join(FOLDER, name), "utf8") }));
  const fences = fencesIn(["ts", "js"]);

  it("is a file in test/readme, whose types are checked", () => {
    const unknown = fences.filter(({ page, text }) => !NOT_RUN.has(page) && !files.some((file) => file.text === text));
    expect(unknown.map(({ page, line }) => `${page}:${line}`)).toEqual([]);
  });

  it("is run here", () => {
    const own = readFileSync(join(ROOT, "test/documented-snippets.test.ts"), "utf8");
    expect(files.filter(({ name }) => !own.includes(`./readme/${name}"`)).map(({ name }) => name)).toEqual([]);
    expect(files.filter((file) => !fences.some(({ text }) => file.text === text)).map(({ name }) => name)).toEqual([]);
  });
});

describe("every JSON of every page", () => {
  const documents = fencesIn(["json", "jsonc"]).map(
    ({ page, line, text }) => [`${page}:${line}`, parsed(text)] as const,
  );
  const results = documents.filter(([, json]) => "state" in json);

  it.each(documents.filter(([, json]) => "errors" in json))("%s is a result", (_, json) => {
    expect(sendResultSchema.parse(json)).toEqual(json);
  });

  it("every other result leaves something out, and no more", () => {
    const whole = results.find(([, json]) => "errors" in json)?.[1];
    for (const [, json] of results) expect(whole).toMatchObject(json);
  });

  it.each(documents.filter(([, json]) => "prefixes" in json))("%s are routes", (_, json) => {
    expect(readRoutes(json)).toMatchObject({ ok: true });
  });

  it.each(documents.filter(([, json]) => "match" in json))("%s is a fault", async (_, json) => {
    const emulator = await startEmulator();
    expect(() => emulator.faults.add(json as Fault)).not.toThrow();
    await emulator.close();
  });

  it.each(documents.filter(([, json]) => "delivered" in json))("%s has the fields of a delivery", (_, json) => {
    const now = new Date();
    const none = deliveryOf({ states: [], lastAt: null }, { accepted: 0, expiresAt: now, now });
    expect(Object.keys(json).toSorted()).toEqual(Object.keys(none).toSorted());
  });

  it.each(documents.filter(([, json]) => "alreadyEnqueued" in json))("%s is an answer of the API", (_, json) => {
    expect(ENQUEUED.strict().parse(json)).toEqual(json);
  });

  it.each(documents.filter(([, json]) => "request_id" in json))("%s is a problem of the API", (_, json) => {
    expect(PROBLEM.strict().parse(json)).toEqual(json);
  });

  it.each(documents.filter(([, json]) => "replicas" in json))("%s is what the exporter answers", (_, json) => {
    const power = { withinSeconds: 60, inFlight: 1, requestsPerSecond: 1 };
    expect(Object.keys(json)).toEqual(Object.keys(wantedReplicas([], power)));
  });

  it.each(documents.filter(([, json]) => "error" in json))("%s is an error of the command line", (_, json) => {
    const { problems = [], exit_code: exitCode } = (json as ErrorAsJson).error;
    expect(errorAsJson(new InvalidSendError([...problems]), exitCode)).toEqual(json);
  });

  it("and no other kind", () => {
    const kinds = ["error", "state", "prefixes", "match", "delivered", "alreadyEnqueued", "request_id", "replicas"];
    expect(documents.filter(([, json]) => !kinds.some((key) => key in json))).toEqual([]);
  });
});

describe("the snippets", () => {
  let redis: LocalRedis;
  let queue: Queue;
  let stage: Stage;
  let producer: Producer;

  const printed: unknown[] = [];

  beforeAll(async () => {
    jest.spyOn(console, "log").mockImplementation((...words: unknown[]) => void printed.push(...words));
    redis = await startRedis({ prefer: "server" });
    stage = await setUpStage({ regions: ["eu"], redisUrl: redis.url });
    queue = new Queue(queueName("eu"), { prefix: DEFAULT_PREFIX, connection: stage.redis });
    producer = startProducer(redis.url);
    await stage.startWorker({ VOLLEY_PREFIX: DEFAULT_PREFIX, VOLLEY_EVENTS_ALLOW_NETWORKS: "127.0.0.1" });
  });

  afterAll(async () => {
    await producer?.close();
    await queue?.close();
    await stage?.close();
    await redis?.stop();
  });

  async function ended(id: string | undefined): Promise<void> {
    await eventually(async () => (await queue.getJobState(id ?? "")) === "completed", `the end of ${id}`);
  }

  it("enqueue once with the producer", async () => {
    const { id } = await tellOfParcel(producer, 4711, "+46 70 123 45 67", "Ann");
    const again = await tellOfParcel(producer, 4711, "+46 70 123 45 67", "Ann");
    await ended(id);

    expect(again).toMatchObject({ id, alreadyEnqueued: true });
    expect(stage.emulator.textsTo("46701234567")).toEqual(["Hi Ann, your parcel is here."]);
  });

  it("coalesce texts that come up one by one", async () => {
    stage.emulator.reset();
    const parcels = [
      { number: 4711, phone: "+46 70 123 45 67", name: "Ann" },
      { number: 4712, phone: "+46 70 765 43 21", name: "Bob" },
      // A second text for Ann, in another send.
      { number: 4713, phone: "+46 70 123 45 67", name: "Ann" },
    ];
    const [ann, bob, annAgain] = await Promise.all(parcels.map((parcel) => parcelDelivered(producer, parcel)));
    expect(bob?.id).toBe(ann?.id);
    expect(annAgain?.id).not.toBe(ann?.id);
    for (const id of [ann?.id, annAgain?.id]) await ended(id);

    const toAnn = stage.emulator.textsTo("46701234567");
    expect(toAnn.toSorted()).toEqual(["Hi Ann, parcel 4711 is here.", "Hi Ann, parcel 4713 is here."]);
    expect(stage.emulator.textsTo("46707654321")).toEqual(["Hi Bob, parcel 4712 is here."]);
  });

  it("check before sending, and enqueue nothing", async () => {
    const to = ["+46 70 123 45 67", "0701234567", "+46 70 765 43 21"];
    const body = `Don’t wait: ${"the sale begins today. ".repeat(4)}`;
    const report = await checkBeforeSending(producer, { from: "Volley", to, body });

    expect(report.recipients).toMatchObject({ valid: 2, rejectedAt: [{ index: 1, reason: "invalid_msisdn" }] });
    expect(report).toMatchObject({ segments: { total: 4, unicode: { codePoint: "U+2019" } }, price: { total: 0.18 } });
    expect(await queue.getJobCounts("waiting", "active", "delayed")).toMatchObject({ waiting: 0 });
  });

  it("enqueue what a cursor yields", async () => {
    stage.emulator.reset();
    const { id } = await enqueueFromCursor(producer, cursor());
    await ended(id);

    expect(stage.emulator.textsTo("46701234567")).toEqual(["Hi Ann, the sale begins."]);
    expect(stage.emulator.textsTo("46707654321")).toEqual(["Hi there, the sale begins."]);
  });

  it("enqueue once with plain BullMQ, in JavaScript", async () => {
    stage.emulator.reset();
    const file = new URL("./readme/enqueue-with-bullmq.mjs", import.meta.url).href;
    const call = 'await tellOfParcel(4711, "+46701234567");';
    const script = `import { tellOfParcel } from ${JSON.stringify(file)};\n${call}\n${call}\nprocess.exit();`;
    const env = { ...process.env, REDIS_URL: redis.url };
    await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], { env });
    await ended("parcel-4711");

    expect(stage.emulator.textsTo("46701234567")).toEqual(["Your parcel is here."]);
  });

  it("enqueue the same text once a day", async () => {
    const send = { from: "Volley", to: ["+46 70 123 45 69"], body: "The sale begins today." };
    const { id } = await enqueueOnceADay(producer, send, { region: "eu", idempotencyKey: "first" });
    await ended(id);

    await expect(enqueueOnceADay(producer, send, { region: "eu", idempotencyKey: "second" })).rejects.toMatchObject({
      code: "VOLLEY_DUPLICATES",
    });
  });

  it("show the producer in short", async () => {
    const status = await producerInShort(redis.url);
    expect(status).toMatchObject({ region: "eu" });
    await ended(status?.id);
  });

  it("take events that are signed, and no others", async () => {
    const taken: unknown[] = [];
    // The secret is known when the URL is, and the URL when the server listens.
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { endpoint, secret } = await producer.endpoints.add({ url, types: ["endpoint.disabled"] });
    const consumer = takeEvents(secret, async (id, event) => void taken.push([id, event]));
    server.on("request", (request, response) => void consumer.emit("request", request, response));

    expect(await producer.endpoints.test(endpoint.id)).toMatchObject({ ok: true, status: 204 });
    expect(taken).toEqual([[expect.stringMatching(/^evt_test_/), expect.objectContaining({ type: "endpoint.test" })]]);
    expect(await fetch(url, { method: "POST", body: JSON.stringify({ id: "evt_1" }) })).toMatchObject({ status: 401 });
    expect(taken).toHaveLength(1);
    server.closeAllConnections();
    server.close();
  });

  it("ask the provider after a send", async () => {
    expect(await sendAndAsk(stage.emulator.url, "eu-plan", "eu-token")).toHaveLength(1);
  });

  it("run an emulator and a Redis for a while", async () => {
    await emulatorInNode();
    await aRedisForAWhile();
    await emulatorWithAFault(async (batches) => {
      const headers = { authorization: "Bearer my-token", "content-type": "application/json" };
      const body = JSON.stringify({ from: "Volley", to: ["+46701234567"], body: "Hi Ann!" });
      await expect(fetch(batches, { method: "POST", headers, body })).rejects.toThrow("fetch failed");
    });
    expect(printed).toEqual(expect.arrayContaining([1, ["Hi Ann!"]]));
  });
});

/** JSON with comments and trailing commas, as people read it. */
function parsed(text: string): object {
  const bare = text.replaceAll(/("(?:[^"\\]|\\.)*")|\/\/.*$/gm, (_, quoted?: string) => quoted ?? "");
  return JSON.parse(bare.replaceAll(/,(?=\s*[}\]])/g, "")) as object;
}

async function* cursor(): AsyncGenerator<RecipientEntry[]> {
  yield [{ to: "+46 70 123 45 67", parameters: { name: "Ann" } }, "+46 70 765 43 21"];
  yield ["+46 70 123 45 68"];
}
