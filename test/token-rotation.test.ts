import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { FaultAction } from "@volley/emulator";
import { eventually } from "./stage/eventually.ts";
import { people } from "./stage/people.ts";
import { setUpStage, type Stage } from "./stage/stage.ts";
import type { WorkerProcess } from "./stage/worker-process.ts";

const REFUSALS: readonly (readonly [string, FaultAction])[] = [
  ["a token that was rotated (401)", { kind: "status", status: 401, body: {} }],
  [
    "an account that is blocked (403 blocked_account)",
    { kind: "status", status: 403, body: { code: "blocked_account", text: "call your account manager" } },
  ],
  ["a firewall that shows a page (403)", { kind: "status", status: 403, body: "<html>Access denied</html>" }],
  ["a gateway that was not paid (402)", { kind: "status", status: 402, body: { message: "Payment required" } }],
];

describe("a provider that refuses the region's set-up for a while:", () => {
  let stage: Stage;

  beforeEach(async () => {
    stage = await setUpStage();
  });

  afterEach(async () => stage.close());

  it.each(REFUSALS)("%s fails no send, and suspends the region until it is good again", async (_name, action) => {
    const fault = stage.emulator.faults.add({ times: null, action });
    const workers = await Promise.all([0, 1].map(async () => stage.startWorker({ VOLLEY_PROBE_MS: "300" })));
    const numbers = people(60);
    const jobs = await stage
      .queue("us")
      .addBulk(numbers.map((number) => ({ name: "send", data: { from: "Volley", to: [number], body: "Hello" } })));
    await eventually(() => workers.some((worker) => suspensions(worker) > 0), "a suspended region");
    const suspended = workers.filter((worker) => suspensions(worker) > 0);
    await Promise.all(
      suspended.map(async (worker) => eventually(async () => (await gauge(worker)) === 1, "the gauge")),
    );
    await eventually(() => probes(stage) >= 5, "five probes");
    const before = { sends: sends(stage), states: await stage.queue("us").getJobCounts("failed", "completed") };

    stage.emulator.faults.remove(fault);
    const ended = await Promise.all(jobs.map(stage.ended));

    // Only what was on its way when the region was suspended was a send; from then on one question probes.
    expect(before.sends).toBeLessThanOrEqual(20);
    expect(before.states).toEqual({ failed: 0, completed: 0 });
    expect(ended.map(({ returnvalue }) => (returnvalue as { state: string }).state)).toEqual(
      numbers.map(() => "accepted"),
    );
    expect(numbers.map((number) => stage.emulator.timesTexted(number))).toEqual(numbers.map(() => 1));
    for (const worker of workers) {
      await eventually(async () => (await gauge(worker)) === 0, "the gauge to fall");
      const errors = worker.log().filter(({ level }) => level === 50 || level === "error");
      // One line for each time; the answer to a request that was on its way may suspend the region once more.
      expect(errors.length).toBe(suspensions(worker));
      expect(errors.length).toBeLessThanOrEqual(2);
    }
  });

  it("is told once when the account may be asked and may not send", async () => {
    const blocked: FaultAction = { kind: "status", status: 403, body: { code: "blocked_account", text: "call us" } };
    const fault = stage.emulator.faults.add({ times: null, match: { method: "POST" }, action: blocked });
    const worker = await stage.startWorker({ VOLLEY_PROBE_MS: "200" });
    const numbers = people(5, 100);
    const jobs = await stage
      .queue("us")
      .addBulk(numbers.map((number) => ({ name: "send", data: { from: "Volley", to: [number], body: "Hello" } })));
    const asked = probes(stage);
    await eventually(() => probes(stage) >= asked + 4, "four probes that are answered");
    expect(suspensions(worker)).toBe(1);
    expect(await gauge(worker)).toBe(1);

    stage.emulator.faults.remove(fault);
    const ended = await Promise.all(jobs.map(stage.ended));
    expect(ended.map(({ returnvalue }) => (returnvalue as { state: string }).state)).toEqual(
      numbers.map(() => "accepted"),
    );
    await eventually(async () => (await gauge(worker)) === 0, "the gauge to fall");
    expect(suspensions(worker)).toBe(1);
  });

  it("is told once more when the region is suspended once more", async () => {
    const worker = await stage.startWorker({ VOLLEY_PROBE_MS: "100" });
    for (const round of [1, 2]) {
      const fault = stage.emulator.faults.add({ times: null, action: { kind: "status", status: 401, body: {} } });
      const job = await stage.queue("us").add("send", { from: "Volley", to: people(1, round), body: "Hello" });
      await eventually(() => suspensions(worker) === round, `suspension ${round}`);
      const asked = probes(stage);
      await eventually(() => probes(stage) >= asked + 3, "three probes");
      stage.emulator.faults.remove(fault);
      expect((await stage.ended(job)).returnvalue).toMatchObject({ state: "accepted" });
      expect(suspensions(worker)).toBe(round);
    }
  });
});

function suspensions(worker: WorkerProcess): number {
  return worker.log().filter(({ msg }) => String(msg).startsWith("region suspended")).length;
}

function sends({ emulator }: Stage): number {
  return emulator.requests().filter(({ method }) => method === "POST").length;
}

function probes({ emulator }: Stage): number {
  return emulator.requests().filter(({ method }) => method === "GET").length;
}

async function gauge(worker: WorkerProcess): Promise<number> {
  const metrics = await (await fetch(`${worker.url()}/metrics`)).text();
  return Number(/^volley_region_suspended\{[^}]*\} (\d)/m.exec(metrics)?.[1]);
}
