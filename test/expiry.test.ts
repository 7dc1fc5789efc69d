import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { createProducer } from "@volley/producer";
import type { SendResult } from "@volley/contract";
import type { Job } from "bullmq";
import { eventually } from "./stage/eventually.ts";
import { people } from "./stage/people.ts";
import { setUpStage, type Stage } from "./stage/stage.ts";

const THREE_DAYS_MS = 3 * 24 * 60 * 60 * 1_000;

/** Beyond what two clocks may differ by. */
const HOUR_MS = 60 * 60 * 1_000;

describe("the times of a send", () => {
  let stage: Stage;

  beforeEach(async () => {
    stage = await setUpStage();
  });

  afterEach(async () => stage.close());

  const posts = (): number => stage.emulator.requests().filter(({ method }) => method === "POST").length;

  it("let a send expire that waits behind a suspended region: it is never sent, and says so with counts", async () => {
    const refusal = stage.emulator.faults.add({ times: null, action: { kind: "status", status: 401 } });
    const worker = await stage.startWorker({ VOLLEY_PROBE_MS: "500" });
    const queue = stage.queue("us");
    const [first = "", ...late] = people(31);
    const blocked = await queue.add("send", { from: "Volley", to: [first], body: "Hello" });
    await eventually(() => worker.log().some(({ level }) => level === "error" || level === 50), "the suspension");
    const before = posts();
    const expire_at = inMs(2_000);
    const jobs = await queue.addBulk(
      late.map((number) => ({
        name: "send",
        data: { from: "Volley", to: [number, "nobody"], body: "Hello", expire_at },
      })),
    );
    const large = await queue.add("send", { from: "Volley", to: people(2_500, 100), body: "Hello", expire_at });

    const ended = await Promise.all(jobs.map(stage.ended));
    const { returnvalue } = await stage.ended(large);
    expect(ended.map(({ returnvalue: value }) => value as SendResult)).toEqual(
      late.map(() =>
        expect.objectContaining({
          state: "expired",
          recipients: expect.objectContaining({ requested: 2, expired: 1, rejected: 1, accepted: 0 }),
        }),
      ),
    );
    expect(returnvalue).toMatchObject({ state: "expired", recipients: { requested: 2_500, expired: 2_500 } });
    expect(posts()).toBe(before);

    stage.emulator.faults.remove(refusal);
    expect((await stage.ended(blocked)).returnvalue).toMatchObject({ state: "accepted" });
    expect(stage.emulator.stats().batches).toBe(1);
  });

  it("hold a send that another client added without a delay until the lead time, and pass send_at on", async () => {
    const [number = ""] = people(1);
    await stage.startWorker({ VOLLEY_LEAD_MS: "2000" });
    const send_at = inMs(4_000);
    const job = await stage.queue("us").add("send", { from: "Volley", to: [number], body: "Hello", send_at });
    await eventually(async () => (await job.getState()) === "delayed", "a job that is held");
    expect(posts()).toBe(0);

    expect((await stage.ended(job)).returnvalue).toMatchObject({ state: "accepted" });
    const [batch] = stage.emulator.batches();
    expect(batch?.request["send_at"]).toBe(send_at);
    expect(batch?.accepted_at).toBeGreaterThanOrEqual(Date.parse(send_at) - 2_000);
  });

  it.each([
    ["an hour and a minute", -61 * 60_000],
    ["six years", -6 * 365 * 24 * HOUR_MS],
  ])("refuse a send of another client that should have gone out %s before it was enqueued", async (_what, ms) => {
    await stage.startWorker();
    const send_at = inMs(ms);
    const job = await stage.queue("us").add("send", { from: "Volley", to: people(1), body: "Hello", send_at });
    const { failedReason } = await stage.ended(job);
    expect(failedReason).toContain(
      `send_at: expected a time at most an hour before the send is enqueued, got ${send_at}`,
    );
    expect(posts()).toBe(0);
  });

  it("send what has waited for hours, in every part", async () => {
    await stage.startWorker();
    expect((await stage.ended(await addWaited({ to: people(1_500) }))).returnvalue).toMatchObject({
      state: "accepted",
      recipients: { accepted: 1_500 },
    });
  });

  it("mean at once when a send that has waited for hours is retried", async () => {
    const outage = stage.emulator.faults.add({ times: null, action: { kind: "status", status: 429 } });
    await stage.startWorker();
    const job = await addWaited({ to: people(2), expire_at: inMs(1_000) });
    expect((await stage.ended(job)).returnvalue).toMatchObject({ state: "expired" });
    stage.emulator.faults.remove(outage);
    const producer = createProducer({ redis: stage.redisUrl, prefix: stage.prefix });
    const retry = { region: "us", changes: { expire_at: inMs(HOUR_MS) } };
    const again = await producer.retry("waited", retry);
    expect(await producer.retry("waited", retry)).toMatchObject({ id: again.id, alreadyEnqueued: true });
    await producer.close();
    const linked = await stage.queue("us").getJob(again.id);
    if (!linked) throw new Error("the linked send is not on the queue");
    expect((await stage.ended(linked)).returnvalue).toMatchObject({ state: "accepted", recipients: { accepted: 2 } });
  });

  /** A send that was enqueued a moment after it should have gone out, three hours ago: nobody has mistyped anything. */
  async function addWaited(fields: object): Promise<Job> {
    const data = { from: "Volley", body: "Hello", send_at: inMs(-3 * HOUR_MS - 60_000), ...fields };
    return stage.queue("us").add("send", data, { jobId: "waited", timestamp: Date.now() - 3 * HOUR_MS });
  }

  it("let a send expire whose worker comes only after expire_at, although it was held for send_at before", async () => {
    const [number = ""] = people(1);
    const first = await stage.startWorker({ VOLLEY_LEAD_MS: "0" });
    const [send_at, expire_at] = [inMs(1_500), inMs(2_500)];
    const job = await stage
      .queue("us")
      .add("send", { from: "Volley", to: [number], body: "Hello", send_at, expire_at });
    await eventually(async () => (await job.getState()) === "delayed", "a job that is held");
    await first.stop();
    await eventually(() => Date.now() > Date.parse(expire_at), "the expiry");

    await stage.startWorker({ VOLLEY_LEAD_MS: "0" });
    expect((await stage.ended(job)).returnvalue).toMatchObject({ state: "expired", recipients: { expired: 1 } });
    expect(stage.emulator.requests()).toEqual([]);
  });

  it("are the send's for every part: the provider gets the same expire_at with each", async () => {
    await stage.startWorker();
    const expire_at = inMs(60_000);
    const queue = stage.queue("us");
    const job = await queue.add("send", { from: "Volley", to: people(2_500), body: "Hello", expire_at });
    expect((await stage.ended(job)).returnvalue).toMatchObject({ state: "accepted" });
    expect(stage.emulator.batches().map(({ request }) => request["expire_at"])).toEqual([
      expire_at,
      expire_at,
      expire_at,
    ]);
  });

  it("are refused beyond the provider's limit of three days, with the limit named", async () => {
    await stage.startWorker();
    const producer = createProducer({ redis: stage.redisUrl, prefix: stage.prefix });
    const send = { from: "Volley", to: people(1), body: "Hello", expire_at: inMs(THREE_DAYS_MS + HOUR_MS) };
    try {
      await expect(producer.enqueue(send, { region: "us", idempotencyKey: "too far" })).rejects.toThrow(
        /expire_at: .*(three days|3 days|72 hours)/,
      );
      const job = await stage.queue("us").add("send", send);
      expect((await stage.ended(job)).failedReason).toMatch(/expire_at: .*(three days|3 days|72 hours)/);
      expect(stage.emulator.requests()).toEqual([]);
    } finally {
      await producer.close();
    }
  });
});

function inMs(ms: number): string {
  return new Date(Date.now() + ms).toISOString();
}
