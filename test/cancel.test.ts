import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { SendResult } from "@volley/contract";
import { type Cancellation, createProducer, type Producer } from "@volley/producer";
import { eventually } from "./stage/eventually.ts";
import { people } from "./stage/people.ts";
import { setUpStage, type Stage } from "./stage/stage.ts";

/** What a cancellation says when everybody of so many was stopped. */
function allStopped(stopped: number): Cancellation {
  return { stopped, tooLate: 0, unknown: 0 };
}

describe("a cancellation: nothing of the send is sent after the answer, and its counts are the provider's,", () => {
  let stage: Stage;
  let producer: Producer;
  let used = 0;

  beforeAll(async () => {
    stage = await setUpStage({ regions: ["us", "idle", "shut", "slow"] });
    producer = createProducer({ redis: stage.redisUrl, prefix: stage.prefix });
    await stage.startWorker({ VOLLEY_SLOW_CONCURRENCY: "1", VOLLEY_PROBE_MS: "300", VOLLEY_UNKNOWN_HOLD_MS: "2000" });
  });

  afterAll(async () => {
    await producer.close();
    await stage.close();
  });

  /** Others for every test. */
  const someone = (count: number): string[] => {
    used += count;
    return people(count, used - count);
  };
  const enqueue = async (to: string[], { region = "us", ...more }: { region?: string; send_at?: string } = {}) =>
    producer.enqueue({ from: "Volley", to, body: "Hello", ...more }, { region, idempotencyKey: to[0] ?? "nobody" });
  const texted = (to: readonly string[]): number =>
    to.filter((number) => stage.emulator.timesTexted(number) === 1).length;
  const resultOf = async (id: string): Promise<SendResult | null> => (await producer.status(id))?.result ?? null;

  it("of a send that is delayed until its time", async () => {
    const to = someone(3);
    const { id } = await enqueue(to, { send_at: inMs(3_600_000) });
    expect(await producer.cancel(id)).toEqual(allStopped(3));
    expect(await resultOf(id)).toMatchObject({ state: "canceled", recipients: { requested: 3, canceled: 3 } });
    expect(stage.emulator.requests()).toEqual([]);
  });

  it("of sends that wait for others, without waiting for those", async () => {
    const [first, ...waiting] = Array.from({ length: 30 }, () => someone(2));
    const latency = stage.emulator.faults.add({
      match: { plan: "slow-plan" },
      times: null,
      action: { kind: "latency", ms: 500 },
    });
    const sends: { readonly id: string }[] = [];
    for (const to of [first ?? [], ...waiting]) sends.push(await enqueue(to, { region: "slow" }));
    const last = sends.at(-1)?.id ?? "";
    expect(await producer.cancel(last)).toEqual(allStopped(2));
    expect((await stage.queue("slow").getJobCounts("wait"))["wait"]).toBeGreaterThan(0);
    stage.emulator.faults.remove(latency);
    await eventually(async () => (await producer.status(sends.at(-2)?.id ?? ""))?.state === "settled", "the others");
    expect([first ?? [], ...waiting].map(texted)).toEqual([...Array.from({ length: 29 }, () => 2), 0]);
  });

  it("of a large send in the moment when it is planned", async () => {
    const to = someone(30_000);
    // No request is answered before the cancellation is: no more than ten of them, the region's concurrency, are made.
    const held = stage.emulator.faults.add({
      match: { plan: "idle-plan", method: "POST" },
      times: null,
      action: { kind: "latency", ms: 1_500 },
    });
    const { id } = await enqueue(to, { region: "idle" });
    await eventually(async () => (await producer.status(id))?.state === "sending", "the planning");
    const answer = await producer.cancel(id);
    const after = texted(to);
    stage.emulator.faults.remove(held);
    expect(answer).toEqual({ stopped: 30_000 - after, tooLate: after, unknown: 0 });
    expect(answer.stopped).toBeGreaterThanOrEqual(10_000);
  });

  it("of a send that is half dispatched, among it what is in flight", async () => {
    const to = someone(20_000);
    const fault = stage.emulator.faults.add({
      match: { plan: "slow-plan" },
      times: null,
      action: { kind: "latency", ms: 200 },
    });
    const { id } = await enqueue(to, { region: "slow" });
    await eventually(() => texted(to) >= 3_000, "three parts");
    const answer = await producer.cancel(id);
    const after = texted(to);
    stage.emulator.faults.remove(fault);
    expect(answer).toEqual({ stopped: 20_000 - after, tooLate: after, unknown: 0 });
    expect(after).toBeLessThan(20_000);
    const result = await resultOf(id);
    expect(result).toMatchObject({ state: "partial", recipients: { accepted: after, canceled: 20_000 - after } });
    // Nothing is left that could still be sent.
    expect(
      await stage.queue("slow").getJobCounts("wait", "active", "delayed", "prioritized", "waiting-children"),
    ).toEqual({ wait: 0, active: 0, delayed: 0, prioritized: 0, "waiting-children": 0 });
    expect(texted(to)).toBe(after);
  });

  it("of a send that the provider has accepted for later: its batches are canceled there", async () => {
    const to = someone(1_500);
    const { id } = await enqueue(to, { send_at: inMs(45_000) });
    await eventually(async () => (await producer.status(id))?.state === "settled", "the batches");
    expect(texted(to)).toBe(1_500);
    expect(await producer.cancel(id)).toEqual(allStopped(1_500));
    expect(texted(to)).toBe(0);
    const batches = stage.emulator.batches().filter(({ to: [one = ""] }) => to.includes(one));
    expect(batches.map(({ canceled, withdrawn }) => [canceled, withdrawn])).toEqual([
      [true, true],
      [true, true],
    ]);
    expect(await resultOf(id)).toMatchObject({
      state: "canceled",
      recipients: { accepted: 0, canceled: 1_500 },
      batches: [{ canceled: true }, { canceled: true }],
    });
  });

  it("of a send whose time comes while it is canceled: what was sent before its DELETE is too late", async () => {
    const to = someone(5_000);
    const sendAt = Date.now() + 5_000;
    const { id } = await enqueue(to, { send_at: new Date(sendAt).toISOString() });
    await eventually(async () => (await producer.status(id))?.state === "settled", "the batches");
    const slow = { kind: "latency", ms: sendAt - Date.now() + 300, before: true } as const;
    stage.emulator.faults.add({ match: { method: "DELETE" }, times: 2, action: slow });
    const answer = await producer.cancel(id);
    // Two batches went out before their DELETE was looked at, although it was made in time.
    expect(texted(to)).toBe(2_000);
    expect(answer).toEqual({ stopped: 3_000, tooLate: 2_000, unknown: 0 });
    expect(await resultOf(id)).toMatchObject({
      state: "partial",
      recipients: { accepted: 2_000, canceled: 3_000, unknown: 0 },
    });
    expect((await resultOf(id))?.batches.filter(({ canceled }) => canceled)).toHaveLength(3);
    await expect(producer.retry(id)).rejects.toMatchObject({ code: "VOLLEY_NOBODY_LEFT" });
    expect(texted(to)).toBe(2_000);
  });

  it("of a send for later whose first DELETE worked and was not answered: the batch says so itself", async () => {
    const to = someone(2);
    const { id } = await enqueue(to, { send_at: inMs(45_000) });
    await eventually(async () => (await producer.status(id))?.state === "settled", "the batch");
    const match = { plan: "us-plan", method: "DELETE" };
    const body = { code: "conflict_send_at", text: "it is canceled" };
    stage.emulator.faults.add({ match, action: { kind: "drop", accept: true } });
    const refused = stage.emulator.faults.add({ match, times: null, action: { kind: "status", status: 403, body } });
    expect(await producer.cancel(id)).toEqual(allStopped(2));
    stage.emulator.faults.remove(refused);
    expect(await resultOf(id)).toMatchObject({ state: "canceled", batches: [{ canceled: true }] });
    expect(texted(to)).toBe(0);
  });

  it("of a send that is sent already, as often as it is asked for: it is too late, and it says so", async () => {
    const to = someone(2);
    const { id } = await enqueue(to);
    await eventually(async () => (await producer.status(id))?.state === "settled", "its end");
    const answers = [await producer.cancel(id), await producer.cancel(id)];
    expect(answers).toEqual([
      { stopped: 0, tooLate: 2, unknown: 0 },
      { stopped: 0, tooLate: 2, unknown: 0 },
    ]);
    expect(texted(to)).toBe(2);
  });

  it("of a send that nobody knows is refused", async () => {
    await expect(producer.cancel("us-00000000000000000000")).rejects.toMatchObject({ code: "VOLLEY_UNKNOWN_SEND" });
    await expect(producer.cancel("17")).rejects.toMatchObject({ code: "VOLLEY_INVALID_REGION" });
  });

  it("of a job that another client added, with its region, from two callers at once", async () => {
    const to = someone(3);
    const job = await stage.queue("us").add("send", { from: "Volley", to, body: "Hello", send_at: inMs(3_600_000) });
    const answers = await Promise.all([1, 2].map(async () => producer.cancel(String(job.id), { region: "us" })));
    expect(answers).toEqual([allStopped(3), allStopped(3)]);
    expect(texted(to)).toBe(0);
  });

  it("of a send behind a suspended region: it ends without having been tried", async () => {
    const match = { plan: "shut-plan" };
    const fault = stage.emulator.faults.add({ match, times: null, action: { kind: "status", status: 401 } });
    const [small, large] = [someone(2), someone(2_500)];
    const ids = [await enqueue(small, { region: "shut" }), await enqueue(large, { region: "shut" })].map(
      ({ id }) => id,
    );
    await eventually(() => stage.emulator.requests().some(({ plan }) => plan === match.plan), "the refusal");
    expect(await Promise.all(ids.map(async (id) => producer.cancel(id)))).toEqual([allStopped(2), allStopped(2_500)]);
    stage.emulator.faults.remove(fault);
    expect(texted([...small, ...large])).toBe(0);
  });

  it("of a send whose request may have been accepted: the provider is asked first, and not without end", async () => {
    const [accepted, lost] = [someone(1), someone(1)];
    for (const [to, accept] of [[accepted, true] as const, [lost, false] as const]) {
      stage.emulator.faults.add({
        match: { method: "POST", recipient: to[0] ?? "" },
        action: { kind: "drop", accept },
      });
    }
    const before = stage.emulator.stats().requests;
    const ids = [(await enqueue(accepted)).id, (await enqueue(lost)).id];
    await eventually(() => stage.emulator.stats().requests >= before + 2, "both requests");
    expect(await Promise.all(ids.map(async (id) => producer.cancel(id)))).toEqual([
      { stopped: 0, tooLate: 1, unknown: 0 },
      allStopped(1),
    ]);
    expect(texted([...accepted, ...lost])).toBe(1);
    expect(stage.emulator.stats().requests - before).toBeLessThanOrEqual(2 + 1 + 4);
  });
});

describe("a cancellation whose worker is killed with the provider's DELETE behind it", () => {
  let stage: Stage;
  let producer: Producer;

  beforeAll(async () => {
    stage = await setUpStage();
    producer = createProducer({ redis: stage.redisUrl, prefix: stage.prefix });
  });

  afterAll(async () => {
    await producer.close();
    await stage.close();
  });

  it("is finished by another one, with the provider's counts, although the time of the send has come", async () => {
    const doomed = await stage.startWorker();
    const to = people(1_500);
    const sendAt = Date.now() + 6_000;
    const send = { from: "Volley", to, body: "Hello", send_at: new Date(sendAt).toISOString() };
    const { id } = await producer.enqueue(send, { region: "us", idempotencyKey: "mortal" });
    await eventually(async () => (await producer.status(id))?.state === "settled", "the batches");
    const { faults } = stage.emulator;
    const unanswered = faults.add({ match: { method: "DELETE" }, times: null, action: { kind: "hang", accept: true } });
    const asked = producer.cancel(id, { waitMs: 60_000 });
    const texted = (): number => to.filter((number) => stage.emulator.timesTexted(number) > 0).length;
    await eventually(() => texted() === 0, "both DELETEs");
    doomed.signal("SIGKILL");
    faults.remove(unanswered);
    await eventually(() => Date.now() > sendAt, "the time of the send");
    await stage.startWorker();
    expect(await asked).toEqual(allStopped(1_500));
    const result = (await producer.status(id))?.result;
    expect(result).toMatchObject({ state: "canceled", recipients: { accepted: 0, canceled: 1_500 } });
    await expect(producer.retry(id)).rejects.toMatchObject({ code: "VOLLEY_NOBODY_LEFT" });
    expect(texted()).toBe(0);
  }, 120_000);
});

function inMs(ms: number): string {
  return new Date(Date.now() + ms).toISOString();
}
