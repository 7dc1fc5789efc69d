import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { InvalidSendError, isStaged, readSend, readStagedSend } from "@volley/contract";
import type { FaultAction } from "@volley/emulator";
import type { Job, Queue } from "bullmq";
import { plantEverywhere, SECRET_NUMBER, SECRET_TEXT, secretsIn } from "./secrecy/plant-everywhere.ts";
import { eventually } from "./stage/eventually.ts";
import { setUpStage, type Stage } from "./stage/stage.ts";

const TOKEN = "us-token";
const TEXT = "the text that nobody else may read";
const NAME = "Wilhelmina";

/** A failure of every kind, each for a send of its own. */
const FAULTS: readonly FaultAction[] = [
  { kind: "status", status: 400, body: { code: "syntax_invalid_parameter_format", text: `'46993000000' ${TEXT}` } },
  { kind: "status", status: 403, body: { code: "blocked_account", text: TOKEN } },
  { kind: "status", status: 401, body: {} },
  { kind: "status", status: 404, body: {} },
  { kind: "status", status: 429, headers: { "retry-after": "0" } },
  { kind: "status", status: 500, body: { text: TEXT } },
  { kind: "status", status: 502, body: "<html>bad gateway</html>" },
  { kind: "status", status: 503, body: {}, accept: true },
  { kind: "drop", accept: true },
  { kind: "drop", accept: false },
  { kind: "hang", accept: true },
  { kind: "malformed", shape: "truncated", accept: true },
  { kind: "malformed", shape: "html", accept: false },
  { kind: "malformed", shape: "no_id", accept: true },
];

/** Job IDs that other clients may choose. BullMQ's own refuses whole numbers. */
const JOB_IDS = [`+${SECRET_NUMBER}`, `reminder-${SECRET_NUMBER}`, `${SECRET_NUMBER.slice(0, 2)} 70-987 65 43`];

/** Volley's own forms of a job's data, with secrets in place of what belongs there. */
const OWN_FORMS = [
  { message: { body: SECRET_TEXT }, planned: { parts: SECRET_TEXT, rejections: [{ recipient: SECRET_NUMBER }] } },
  { message: {}, settled: { state: SECRET_TEXT, region: SECRET_NUMBER } },
];

const NO_JSON = [`{"to":["${SECRET_NUMBER}"],`, SECRET_TEXT, `"${SECRET_NUMBER}`];

describe("a problem of a send", () => {
  it("shows nothing of a value in a place where it does not belong, wherever that is", () => {
    const planted = plantEverywhere();
    const shown = planted.flatMap(({ place, data }) => {
      const read = isStaged(data) ? readStagedSend(data, new Date()) : readSend(data, new Date());
      return read.ok ? [] : secretsIn(new InvalidSendError(read.problems).message).map((found) => `${place}: ${found}`);
    });
    expect(planted.length).toBeGreaterThan(1_900);
    expect(new Set(planted.map(({ place }) => place)).size).toBeGreaterThan(50);
    expect(shown).toEqual([]);
  });
});

describe("a run with errors of every kind at log level trace", () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await setUpStage();
  });

  afterAll(async () => stage.close());

  it("shows no recipient, no text and no token in logs, failed reasons, stack traces, job logs or metrics", async () => {
    const worker = await stage.startWorker({
      VOLLEY_LOG_LEVEL: "trace",
      VOLLEY_US_TIMEOUT_MS: "500",
      VOLLEY_UNKNOWN_HOLD_MS: "300",
      VOLLEY_PROBE_MS: "200",
    });
    const numbers = FAULTS.map((_, index) => String(46_993_000_000 + index));
    for (const [index, action] of FAULTS.entries()) {
      stage.emulator.faults.add({ match: { recipient: numbers[index] ?? "" }, action });
    }
    const send = (to: string[]): object => ({
      from: "Volley",
      to,
      body: `\${name}, ${TEXT}`,
      parameters: { name: { default: NAME } },
    });
    const queue = stage.queue("us");
    const jobs = await Promise.all([
      ...numbers.map(async (number) => queue.add("send", send([number, "no number: 4699399"]))),
      queue.add("send", { ...send([...numbers]), to: ["46993999999", 46_993_999_998], body: { [TEXT]: 1 } }),
      queue.add("send", { ...send(["4699399"]), parameters: { [TEXT]: { "46993999999": 5 } } }),
    ]);
    const ended = await Promise.all(jobs.map(stage.ended));
    const metrics = await (await fetch(`${worker.url()}/metrics`)).text();
    const health = await (await fetch(`${worker.url()}/readyz`)).text();
    await worker.stop();

    const shown = [worker.output(), metrics, health, ...(await shownOfJobs(queue, ended))].join("\n");
    expect(ended.filter(({ failedReason }) => failedReason).length).toBe(2);
    expect(worker.log().length).toBeGreaterThan(20);
    expect(shown.match(/(?<![\d.])4699\d{3,}/g)).toBeNull();
    for (const secret of [TOKEN, TEXT, NAME]) expect(shown).not.toContain(secret);
  });

  it("shows nothing of a value in a place where it does not belong, whatever door it came through", async () => {
    const worker = await stage.startWorker({ VOLLEY_LOG_LEVEL: "trace" });
    const queue = stage.queue("us");
    const good = { from: "Volley", to: ["46700000001"], body: "Hi!" };
    const planted = plantEverywhere().filter(({ data }) => !isSendable(data));
    const added = await queue.addBulk([
      ...planted.map(({ data }) => ({ name: "send", data })),
      ...[SECRET_TEXT, SECRET_NUMBER, `send ${SECRET_NUMBER}`].map((name) => ({ name, data: good })),
      ...JOB_IDS.flatMap((jobId) => [
        { name: "send", data: { ...good, client_reference: SECRET_TEXT }, opts: { jobId } },
        { name: "cancel", data: { send: jobId }, opts: { jobId: `${jobId}.cancel` } },
      ]),
      ...OWN_FORMS.map((data) => ({ name: "send", data })),
      ...["cancel", "resolve"].flatMap((name) =>
        [SECRET_TEXT, [SECRET_NUMBER], { send: [SECRET_TEXT] }, { send: SECRET_TEXT, decision: SECRET_TEXT }].map(
          (data) => ({ name, data }),
        ),
      ),
    ]);
    const raw = await Promise.all(
      NO_JSON.map(async (data, index) => addRaw(stage.redis, queue, [`raw-${index}`, data])),
    );
    const ended = await Promise.all(added.map(stage.ended));
    await eventually(() => worker.output().includes("JSON"), "a word about data that is no JSON");
    const metrics = await (await fetch(`${worker.url()}/metrics`)).text();
    await worker.stop();

    expect(raw).toHaveLength(NO_JSON.length);
    expect(ended.filter(({ failedReason }) => failedReason).length).toBeGreaterThan(1_000);
    expect(secretsIn([worker.output(), metrics, ...(await shownOfJobs(queue, ended))].join("\n"))).toEqual([]);
  });
});

/** What a job shows to everybody who looks at it, beside its data. */
async function shownOfJobs(queue: Queue, jobs: readonly Job[]): Promise<string[]> {
  const logs = await Promise.all(jobs.map(async ({ id }) => (await queue.getJobLogs(String(id))).logs));
  const reasons = jobs.flatMap(({ failedReason, stacktrace }) => [failedReason ?? "", ...(stacktrace ?? [])]);
  return [...logs.flat(), ...reasons];
}

function isSendable(data: unknown): boolean {
  return !isStaged(data) && readSend(data, new Date()).ok;
}

/** Adds a job whose data is no JSON, as a client without a library might. */
async function addRaw(redis: Stage["redis"], queue: Queue, [id, data]: readonly [string, string]): Promise<void> {
  await redis.hset(queue.toKey(id), { name: "send", data, opts: "{}", timestamp: Date.now(), delay: 0, priority: 0 });
  await redis.rpush(queue.toKey("wait"), id);
}
