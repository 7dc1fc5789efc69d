import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { createProducer } from "@volley/producer";
import { eventually } from "./stage/eventually.ts";
import { people } from "./stage/people.ts";
import { setUpStage, type Stage } from "./stage/stage.ts";
import type { WorkerProcess } from "./stage/worker-process.ts";

const DEAD_TOKEN = { VOLLEY_US_API_TOKEN: "the-old-one", VOLLEY_PROBE_MS: "300" };

let stage: Stage;

beforeEach(async () => {
  stage = await setUpStage();
});

afterEach(async () => stage.close());

describe("two workers of which one has a dead token", () => {
  it("go on: the other does the work, the region is never suspended, and nobody is lost or texted twice", async () => {
    const good = await stage.startWorker();
    const bad = await stage.startWorker(DEAD_TOKEN);
    await notReady(bad);
    const numbers = people(300);
    const jobs = await stage
      .queue("us")
      .addBulk(numbers.map((number) => ({ name: "send", data: { from: "Volley", to: [number], body: "Hello" } })));
    const ended = await Promise.all(jobs.map(stage.ended));

    expect(ended.map(({ returnvalue }) => (returnvalue as { state: string }).state)).toEqual(
      numbers.map(() => "accepted"),
    );
    expect(numbers.map((number) => stage.emulator.timesTexted(number))).toEqual(numbers.map(() => 1));
    for (const worker of [good, bad]) {
      expect(lines(worker, "region suspended")).toBe(0);
      expect((await fetch(`${worker.url()}/livez`)).status).toBe(200);
    }
    expect(lines(bad, "this worker stands aside")).toBe(1);
    expect((await readiness(good)).ok).toBe(true);
    const producer = createProducer({ redis: stage.redisUrl, prefix: stage.prefix });
    const state = await producer.region("us").limits();
    await producer.close();
    expect(state).toMatchObject({ state: "open", workers: { running: 2, refused: 1 } });
    const metrics = await (await fetch(`${bad.url()}/metrics`)).text();
    expect(metrics).toMatch(/^volley_worker_not_pulling\{[^}]*reason="refused"[^}]*\} 1$/m);
  });

  it("also when the dead one was there first, had suspended the region and held what waits", async () => {
    const bad = await stage.startWorker({ ...DEAD_TOKEN, VOLLEY_PROBE_MS: "600000" });
    const job = await stage.queue("us").add("send", { from: "Volley", to: people(1), body: "Hello" });
    await eventually(() => lines(bad, "region suspended") === 1, "a suspended region");
    await stage.startWorker();
    expect((await stage.ended(job)).returnvalue).toMatchObject({ state: "accepted" });
    expect(stage.emulator.timesTexted(people(1)[0] ?? "")).toBe(1);
    await notReady(bad);
  });

  it("go on likewise where one names a host that nobody knows", async () => {
    const bad = await stage.startWorker({ VOLLEY_US_BASE_URL: "http://no..body" });
    const job = await stage.queue("us").add("send", { from: "Volley", to: people(1), body: "Hello" });
    await eventually(() => lines(bad, "region suspended") === 1, "a suspended region");
    const good = await stage.startWorker();
    expect((await stage.ended(job)).returnvalue).toMatchObject({ state: "accepted" });
    await notReady(bad);
    expect(lines(good, "region suspended")).toBe(0);
    expect(stage.emulator.timesTexted(people(1)[0] ?? "")).toBe(1);
  });

  it("suspend the region when the other one is refused, too, and both work again when they are taken", async () => {
    const workers = [await stage.startWorker({ VOLLEY_PROBE_MS: "300" }), await stage.startWorker(DEAD_TOKEN)];
    await notReady(workers[1]);
    const fault = stage.emulator.faults.add({ times: null, action: { kind: "status", status: 401, body: {} } });
    const job = await stage.queue("us").add("send", { from: "Volley", to: people(1), body: "Hello" });
    await eventually(() => workers.every((worker) => lines(worker, "region suspended") === 1), "a suspended region");
    await eventually(async () => (await readiness(workers[1])).ok, "a worker that is as ready as the other one");
    stage.emulator.faults.remove(fault);
    expect((await stage.ended(job)).returnvalue).toMatchObject({ state: "accepted" });
    await notReady(workers[1]);
  });
});

it("an account that may be asked and may not send is no worker's own trouble: the region is suspended", async () => {
  const blocked = { kind: "status", status: 403, body: { code: "blocked_account", text: "call us" } } as const;
  const fault = stage.emulator.faults.add({ times: null, match: { method: "POST" }, action: blocked });
  const workers = await Promise.all([1, 2].map(async () => stage.startWorker({ VOLLEY_PROBE_MS: "300" })));
  const job = await stage.queue("us").add("send", { from: "Volley", to: people(1), body: "Hello" });
  await eventually(() => workers.some((worker) => lines(worker, "region suspended") === 1), "a suspended region");
  for (const worker of workers) expect(await readiness(worker)).toMatchObject({ ok: true });
  stage.emulator.faults.remove(fault);
  expect((await stage.ended(job)).returnvalue).toMatchObject({ state: "accepted" });
  for (const worker of workers) expect(lines(worker, "this worker stands aside")).toBe(0);
});

it("a worker comes back by itself when its token is replaced", async () => {
  const folder = await mkdtemp(join(tmpdir(), "volley-own-trouble-"));
  try {
    const file = join(folder, "token");
    await writeFile(file, "the-old-one");
    await stage.startWorker();
    const settings = { VOLLEY_PROBE_MS: "300", VOLLEY_US_API_TOKEN: "", VOLLEY_US_API_TOKEN_FILE: file };
    const worker = await stage.startWorker(settings);
    await notReady(worker);
    await writeFile(file, "us-token");
    await eventually(async () => (await readiness(worker)).ok, "a worker that is ready again");
    expect(lines(worker, "this worker picks up jobs again")).toBe(1);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

async function notReady(worker: WorkerProcess | undefined): Promise<void> {
  const verdict = await eventually(async () => {
    const answer = await readiness(worker);
    return !answer.ok && answer;
  }, "a worker that is not ready");
  expect(verdict.reason).toMatch(
    /^picks up nothing: us \(the provider (?:refuses|cannot be reached with) the set-up of this worker \([^()]+\)\)$/,
  );
}

async function readiness(worker: WorkerProcess | undefined): Promise<{ ok: boolean; reason?: string }> {
  return (await (await fetch(`${worker?.url()}/readyz`)).json()) as { ok: boolean; reason?: string };
}

function lines(worker: WorkerProcess, beginning: string): number {
  return worker.log().filter(({ msg }) => String(msg).startsWith(beginning)).length;
}
