import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { FaultAction } from "@volley/emulator";
import type { Job } from "bullmq";
import { eventually } from "./stage/eventually.ts";
import { people } from "./stage/people.ts";
import { setUpStage, type Stage } from "./stage/stage.ts";
import type { WorkerProcess } from "./stage/worker-process.ts";

const KEY = { keyId: "the-key", keySecret: "the-secret-of-the-key" };
const TOKEN_PATH = { path: "/oauth2/token" };

/** Empty ones are unset: the stage's own plan must not be there beside the project. */
const PROJECT = {
  VOLLEY_US_SERVICE_PLAN_ID: "",
  VOLLEY_INBOUNDS_AGAIN_HOURS: "0",
  VOLLEY_US_API_TOKEN: "",
  VOLLEY_US_PROJECT_ID: "the-project",
  VOLLEY_US_KEY_ID: KEY.keyId,
  VOLLEY_US_KEY_SECRET: KEY.keySecret,
};

let stage: Stage;

afterEach(async () => stage.close());

async function setUp(latencyMs: number, tokenSeconds = 3_600): Promise<void> {
  const projects = { "the-project": KEY };
  stage = await setUpStage({ emulator: { plans: {}, projects, latencyMs, tokenSeconds } });
}

async function startWorker(added: Readonly<Record<string, string>> = {}): Promise<WorkerProcess> {
  return stage.startWorker({ ...PROJECT, VOLLEY_AUTH_URL: stage.emulator.url, ...added });
}

/** A send of its own for each. */
async function enqueue(numbers: readonly string[]): Promise<Job[]> {
  const send = { from: "Volley", body: "Hello" };
  return stage.queue("us").addBulk(numbers.map((number) => ({ name: "send", data: { ...send, to: [number] } })));
}

async function statesOf(jobs: readonly Job[]): Promise<string[]> {
  const ended = await Promise.all(jobs.map(stage.ended));
  return ended.map(({ returnvalue }) => (returnvalue as { state: string }).state);
}

function expectEachOnce(numbers: readonly string[]): void {
  expect(numbers.filter((number) => stage.emulator.timesTexted(number) !== 1)).toEqual([]);
}

describe("a worker that calls as a project", () => {
  it("asks for one token for fifty sends at once", async () => {
    await setUp(1_000);
    const numbers = people(50);
    const jobs = await enqueue(numbers);
    await startWorker({ VOLLEY_WORKER_CONCURRENCY: "50", VOLLEY_US_CONCURRENCY: "50" });

    expect(await statesOf(jobs)).toEqual(numbers.map(() => "accepted"));
    expectEachOnce(numbers);
    expect(stage.emulator.tokens()).toEqual({ asked: 1, granted: 1, refused: 0 });
    expect(stage.emulator.stats()).toMatchObject({ requests: 50, by_status: { 201: 50 } });
    expect(stage.emulator.stats().max_in_flight_by_plan["the-project"]).toBeGreaterThan(10);
  });

  it("loses and repeats nothing when tokens expire in the middle of a send", async () => {
    await setUp(50);
    const numbers = people(40_000);
    const data = { from: "Volley", to: numbers, body: "Hello" };
    await startWorker({ VOLLEY_US_CONCURRENCY: "3" });
    const job = await stage.queue("us").add("send", data);
    const sentAtExpiry: number[] = [];
    for (const sent of [5, 15]) {
      await eventually(() => stage.emulator.stats().batches >= sent, `${sent} batches`);
      stage.emulator.expireTokens();
      sentAtExpiry.push(stage.emulator.stats().batches);
    }
    const { returnvalue } = await stage.ended(job);

    expect(Math.max(...sentAtExpiry)).toBeLessThan(40);
    expect(returnvalue).toMatchObject({ state: "accepted", recipients: { requested: 40_000, accepted: 40_000 } });
    expect((returnvalue as { batches: { adopted: boolean }[] }).batches.map(({ adopted }) => adopted)).toEqual(
      Array.from({ length: 40 }, () => false),
    );
    expectEachOnce(numbers);
    expect(stage.emulator.tokens()).toEqual({ asked: 3, granted: 3, refused: 0 });
    const { batches, by_status } = stage.emulator.stats();
    expect([batches, by_status["201"]]).toEqual([40, 40]);
    // Each expiry turns those away that were on their way, three at most, and nobody else.
    expect(by_status["401"]).toBeGreaterThanOrEqual(2);
    expect(by_status["401"]).toBeLessThanOrEqual(6);
  });

  it("goes on over the ends of tokens that live for a second", async () => {
    await setUp(100, 1);
    const numbers = people(20_000);
    await startWorker({ VOLLEY_US_CONCURRENCY: "1" });
    const job = await stage.queue("us").add("send", { from: "Volley", to: numbers, body: "Hello" });

    expect((await stage.ended(job)).returnvalue).toMatchObject({ state: "accepted", recipients: { accepted: 20_000 } });
    expectEachOnce(numbers);
    expect(stage.emulator.stats().batches).toBe(20);
    expect(stage.emulator.tokens().granted).toBeGreaterThan(1);
    expect(stage.emulator.tokens().granted).toBeLessThan(20);
  });
});

describe("a token server", () => {
  beforeEach(async () => setUp(0));

  it("that refuses the key suspends the region, as a rotated token does, and no send fails", async () => {
    const action: FaultAction = { kind: "status", status: 401, body: { error: "invalid_client" } };
    const fault = stage.emulator.faults.add({ times: null, match: TOKEN_PATH, action });
    const worker = await startWorker({ VOLLEY_PROBE_MS: "200" });
    const numbers = people(20);
    const jobs = await enqueue(numbers);
    await eventually(() => struck(stage) >= 4, "probes of a suspended region");
    await eventually(async () => (await metric(worker, "volley_region_suspended")) === 1, "the gauge");

    expect(await stage.queue("us").getJobCounts("failed", "completed")).toEqual({ failed: 0, completed: 0 });
    expect(stage.emulator.stats().requests).toBe(0);
    stage.emulator.faults.remove(fault);
    expect(await statesOf(jobs)).toEqual(numbers.map(() => "accepted"));
    expectEachOnce(numbers);
    await eventually(async () => (await metric(worker, "volley_region_suspended")) === 0, "the gauge to fall");
    expect(worker.log().filter(({ level }) => level === 50 || level === "error")).toHaveLength(1);
  });

  it("that does not know the key suspends the region, and nothing is told of the secret", async () => {
    const worker = await startWorker({ VOLLEY_PROBE_MS: "200", VOLLEY_US_KEY_SECRET: "another-secret" });
    await enqueue(people(2));
    await eventually(async () => (await metric(worker, "volley_region_suspended")) === 1, "the gauge");

    expect(stage.emulator.tokens()).toMatchObject({ granted: 0, refused: expect.any(Number) });
    expect(worker.output()).toContain("token_refused");
    expect(worker.output()).not.toContain("another-secret");
    expect(worker.output()).not.toContain(Buffer.from(`${KEY.keyId}:another-secret`).toString("base64"));
  });

  /** What else it may do is tested where its answers are read: `packages/sinch/src/authentication`. */
  it("in trouble, first mute and then with 503, lets the region back off, and no send fails", async () => {
    const { faults } = stage.emulator;
    faults.add({ times: 1, match: TOKEN_PATH, action: { kind: "hang", accept: false } });
    const fault = faults.add({ times: null, match: TOKEN_PATH, action: { kind: "status", status: 503 } });
    const worker = await startWorker({ VOLLEY_US_TIMEOUT_MS: "400" });
    const numbers = people(20);
    const jobs = await enqueue(numbers);
    await eventually(async () => (await metric(worker, "volley_back_offs_total", "unavailable")) >= 2, "back-offs");

    expect(await stage.queue("us").getJobCounts("failed", "completed")).toEqual({ failed: 0, completed: 0 });
    expect(stage.emulator.stats().requests).toBe(0);
    expect(await metric(worker, "volley_region_suspended")).toBe(0);
    stage.emulator.faults.remove(fault);
    expect(await statesOf(jobs)).toEqual(numbers.map(() => "accepted"));
    expectEachOnce(numbers);
    // Not one of them was sent in doubt: nobody has to ask the provider for what was never on its way.
    expect(stage.emulator.requests().filter(({ method }) => method === "GET")).toEqual([]);
  });
});

function struck({ emulator }: Stage): number {
  return emulator.faults.list().reduce((sum, fault) => sum + fault.struck, 0);
}

async function metric(worker: WorkerProcess, name: string, reason?: string): Promise<number> {
  const lines = (await (await fetch(`${worker.url()}/metrics`)).text()).split("\n");
  const line = lines.find((text) => text.startsWith(`${name}{`) && (!reason || text.includes(`reason="${reason}"`)));
  return Number(line?.split(" ").at(-1));
}
