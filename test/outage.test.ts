import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type FaultAction, startEmulator } from "@volley/emulator";
import { freePort } from "../packages/local-redis/src/redis/free-port.ts";
import type { Job } from "bullmq";
import { eventually } from "./stage/eventually.ts";
import { people } from "./stage/people.ts";
import { setUpStage, type Stage } from "./stage/stage.ts";
import type { WorkerProcess } from "./stage/worker-process.ts";

/** Back-offs in a row, each drawn from twice as long as the one before: the outage is longer than several of them. */
const BACK_OFFS = 3;

/** How the provider of each region fails: what the first requests get, and what all get while it lasts. */
const OUTAGES: Readonly<Record<string, readonly [FaultAction, FaultAction]>> = {
  mute: [
    { kind: "hang", accept: true },
    { kind: "hang", accept: false },
  ],
  busy: [
    { kind: "status", status: 503, headers: { "retry-after": "1" }, accept: true },
    { kind: "status", status: 503, headers: { "retry-after": "1" } },
  ],
  cut: [
    { kind: "drop", accept: true },
    { kind: "drop", accept: false },
  ],
};

const NUMBERS = people(40);

describe("a provider outage that outlasts several back-offs: no send fails, all are accepted after it, nobody twice,", () => {
  let stage: Stage;
  let worker: WorkerProcess;
  let goneUrl: string;

  beforeAll(async () => {
    stage = await setUpStage({ regions: ["gone", "late", ...Object.keys(OUTAGES)] });
    goneUrl = `http://127.0.0.1:${await freePort()}`;
    const timeouts = Object.keys(OUTAGES).map((region) => [`VOLLEY_${region.toUpperCase()}_TIMEOUT_MS`, "400"]);
    worker = await stage.startWorker({
      ...Object.fromEntries(timeouts),
      VOLLEY_GONE_BASE_URL: goneUrl,
      // A short one: what is tested is the outage, not the hold.
      VOLLEY_UNKNOWN_HOLD_MS: "500",
    });
  });

  afterAll(async () => stage.close());

  const enqueue = async (region: string, expiresInMs = 300_000): Promise<Job[]> => {
    const expire_at = new Date(Date.now() + expiresInMs).toISOString();
    const data = (number: string): object => ({ from: "Volley", to: [number], body: "Hello", expire_at });
    return stage.queue(region).addBulk(NUMBERS.map((number) => ({ name: "send", data: data(number) })));
  };
  const backOffs = (region: string): number =>
    worker.log().filter((line) => line["msg"] === "region backs off" && line["region"] === region).length;
  const lasts = async (region: string): Promise<void> => {
    await eventually(() => backOffs(region) >= BACK_OFFS, `back-offs of ${region}`);
    expect(await stage.queue(region).getJobCounts("failed", "completed")).toEqual({ failed: 0, completed: 0 });
  };
  const states = async (jobs: readonly Job[]): Promise<string[]> => {
    const ended = await Promise.all(jobs.map(stage.ended));
    return ended.map(({ returnvalue }) => (returnvalue as { state: string }).state);
  };

  /** One region for each: their outages last at the same time. */
  it("whether nobody listens, it does not answer, it says 503 with Retry-After, or it cuts connections", async () => {
    const texted = await Promise.all([
      expectGone(),
      ...Object.entries(OUTAGES).map(async (one) => expectOutage(...one)),
    ]);
    expect(texted.flat()).toEqual(texted.flat().map(() => 1));
    // Those too whose batches were found, because nobody had heard that they were accepted.
    const regions = ["gone", ...Object.keys(OUTAGES)];
    expect(await Promise.all(regions.map(acceptedIn))).toEqual(regions.map(() => NUMBERS.length));
  });

  async function acceptedIn(region: string): Promise<number> {
    const metrics = await (await fetch(`${worker.url()}/metrics`)).text();
    const [, count] =
      new RegExp(`^volley_recipients_accepted_total\\{[^}]*"${region}"[^}]*\\} (\\d+)$`, "m").exec(metrics) ?? [];
    return Number(count);
  }

  async function expectGone(): Promise<number[]> {
    const jobs = await enqueue("gone");
    await lasts("gone");
    const back = await startEmulator({ plans: { "gone-plan": "gone-token" }, port: Number(new URL(goneUrl).port) });
    try {
      expect(new Set(await states(jobs))).toEqual(new Set(["accepted"]));
      // Nothing had been written to anybody, so nothing was in doubt: one request each and no question.
      expect(back.stats().requests).toBe(NUMBERS.length);
      return NUMBERS.map((number) => back.timesTexted(number));
    } finally {
      await back.close();
    }
  }

  async function expectOutage(region: string, [first, later]: readonly [FaultAction, FaultAction]): Promise<number[]> {
    const { faults } = stage.emulator;
    const match = { plan: `${region}-plan` };
    faults.add({ match: { ...match, method: "POST" }, times: 5, action: first });
    const outage = faults.add({ match, times: null, action: later });
    const jobs = await enqueue(region);
    await lasts(region);
    faults.remove(outage);
    expect(new Set(await states(jobs))).toEqual(new Set(["accepted"]));
    const sent = stage.emulator.batches().filter(({ plan }) => plan === match.plan);
    return NUMBERS.map((number) => sent.filter(({ to }) => to.includes(number)).length);
  }

  it("and what expired meanwhile, and only that, is not sent", async () => {
    const match = { plan: "late-plan" };
    // Questions are answered: whoever cannot be asked until the expiry would be `unknown`.
    const outage = stage.emulator.faults.add({
      match: { ...match, method: "POST" },
      times: null,
      action: { kind: "status", status: 503 },
    });
    const [late, patient] = [await enqueue("late", 2_000), await enqueue("late")];
    await eventually(() => Date.now() > (late[0]?.timestamp ?? 0) + 2_000, "the expiry");
    stage.emulator.faults.remove(outage);
    expect(new Set(await states(late))).toEqual(new Set(["expired"]));
    expect(new Set(await states(patient))).toEqual(new Set(["accepted"]));
    expect(stage.emulator.batches().filter(({ plan }) => plan === match.plan)).toHaveLength(NUMBERS.length);
  });
});
