import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { clientReference, contentDigest, noRecipients, readSend, type ReadySend } from "@volley/contract";
import type { FaultAction } from "@volley/emulator";
import { createSinchClient } from "@volley/sinch";
import { numbers, type RegionRig, startRegionRig, textTo } from "../../../../test/region-rig.ts";

const ANN = "46701234567";
const POST = { method: "POST" };

let rig: RegionRig;

function readySend(data: object): ReadySend {
  const read = readSend(data, new Date());
  if (!read.ok) throw new Error("the send is wrong");
  return read.send;
}

beforeEach(async () => {
  rig = await startRegionRig();
});

afterEach(async () => rig.close());

describe("a request that was accepted without anybody saying so", () => {
  it.each<{ title: string; action: FaultAction }>([
    { title: "is dropped", action: { kind: "drop", accept: true } },
    { title: "hangs", action: { kind: "hang", accept: true } },
    { title: "is answered 500", action: { kind: "status", status: 500, accept: true } },
    { title: "is answered 502", action: { kind: "status", status: 502, accept: true } },
    { title: "is answered 503", action: { kind: "status", status: 503, accept: true } },
    { title: "is answered with half a JSON", action: { kind: "malformed", shape: "truncated", accept: true } },
    { title: "is answered with HTML", action: { kind: "malformed", shape: "html", accept: true } },
    { title: "is answered without an ID", action: { kind: "malformed", shape: "no_id", accept: true } },
    { title: "is answered with nothing", action: { kind: "malformed", shape: "empty", accept: true } },
  ])("is adopted, and nobody is texted twice, when it $title", async ({ action }) => {
    rig.emulator.faults.add({ match: POST, action });
    const job = await rig.add(textTo(ANN));
    await rig.startWorker({ timeoutMs: 1_000 });
    const result = await rig.resultOf(job.id);
    expect(result).toMatchObject({ state: "accepted", batches: [{ adopted: true, recipients: 1 }] });
    expect(result.batches[0]?.id).toBe(rig.emulator.batches()[0]?.id);
    expect(rig.emulator.timesTexted(ANN)).toBe(1);
  });

  it("is adopted even when the provider lists it late", async () => {
    rig.emulator.faults.add({ match: POST, action: { kind: "drop", accept: true } });
    rig.emulator.faults.add({ match: POST, action: { kind: "late_listing", ms: 300 } });
    const job = await rig.add(textTo(ANN));
    await rig.startWorker({ settings: { unknownHoldMs: 2_000 } });
    expect((await rig.resultOf(job.id)).batches).toMatchObject([{ adopted: true }]);
    expect(rig.emulator.timesTexted(ANN)).toBe(1);
  });

  it("is found although the provider cannot be asked at first", async () => {
    rig.emulator.faults.add({ match: POST, action: { kind: "drop", accept: true } });
    rig.emulator.faults.add({ match: { method: "GET" }, times: 2, action: { kind: "status", status: 503 } });
    rig.emulator.faults.add({ match: { method: "GET" }, action: { kind: "malformed", shape: "html", accept: true } });
    const job = await rig.add(textTo(ANN));
    await rig.startWorker();
    expect((await rig.resultOf(job.id)).batches).toMatchObject([{ adopted: true }]);
    expect(rig.emulator.timesTexted(ANN)).toBe(1);
  });
});

describe("a request that was lost on its way", () => {
  it.each<{ title: string; action: FaultAction }>([
    { title: "is dropped", action: { kind: "drop", accept: false } },
    { title: "hangs", action: { kind: "hang", accept: false } },
    { title: "is answered 502", action: { kind: "status", status: 502 } },
    { title: "is answered without an ID", action: { kind: "malformed", shape: "no_id", accept: false } },
  ])("is sent again, but not before the hold is over, when it $title", async ({ action }) => {
    const unknownHoldMs = 300;
    rig.emulator.faults.add({ match: POST, action });
    const job = await rig.add(textTo(ANN));
    await rig.startWorker({ timeoutMs: 1_000, settings: { unknownHoldMs } });
    expect(await rig.resultOf(job.id)).toMatchObject({ state: "accepted", batches: [{ adopted: false }] });
    expect(rig.emulator.timesTexted(ANN)).toBe(1);
    const requests = rig.emulator.requests();
    expect(requests.filter(({ method }) => method === "POST")).toHaveLength(2);
    expect(requests.at(-2)?.method).toBe("GET");
    // By Redis' clock, which is known as well as a round trip allows.
    const heldMs = (requests.at(-1)?.at ?? 0) - (requests[0]?.at ?? 0);
    expect(heldMs).toBeGreaterThanOrEqual(unknownHoldMs - 50);
  });
});

describe("a list that does not say whose a batch is", () => {
  const ANONYMOUS: FaultAction = { kind: "malformed", shape: "no_reference", accept: true };

  it("is asked again until it does, and holds nobody else up", async () => {
    rig.emulator.faults.add({ match: POST, action: { kind: "drop", accept: true } });
    rig.emulator.faults.add({ match: { method: "GET" }, times: 4, action: ANONYMOUS });
    const job = await rig.add(textTo(ANN));
    await rig.startWorker();
    expect((await rig.resultOf(job.id)).batches).toMatchObject([{ adopted: true }]);
    expect(rig.emulator.timesTexted(ANN)).toBe(1);
    expect(rig.lines).not.toContain("warn: region backs off");
  });

  it("ends unknown, and nobody is texted twice, when it never does", async () => {
    rig.emulator.faults.add({ match: POST, action: { kind: "drop", accept: true } });
    rig.emulator.faults.add({ match: { method: "GET" }, times: null, action: ANONYMOUS });
    await rig.startWorker();
    const job = await rig.add({ ...textTo(ANN), expire_at: new Date(Date.now() + 1_500).toISOString() });
    expect(await rig.resultOf(job.id)).toMatchObject({
      state: "unknown",
      recipients: { ...noRecipients(1), unknown: 1 },
      errors: [{ part: 0, code: "no_reference", recipients: 1 }],
    });
    expect(rig.emulator.timesTexted(ANN)).toBe(1);
    // Three looks in the hold, one a second later, and the last one when the send has expired; one more where a look is early.
    const looks = rig.emulator.requests().filter(({ query }) => query.includes("page=0&"));
    expect(looks.length).toBeLessThanOrEqual(6);
  });
});

describe("a batch whose values make a long answer", () => {
  const recipients = numbers(1_000);
  const value = "x".repeat(1_600);
  const long = {
    ...textTo(...recipients),
    body: "Hi ${a} ${b} ${c} ${d} ${e} ${f}",
    parameters: Object.fromEntries(["a", "b", "c", "d", "e", "f"].map((key) => [key, { default: value }])),
  };
  for (const values of Object.values(long.parameters))
    for (const each of recipients) Object.assign(values, { [each]: value });

  it("is adopted like any other when its request was accepted without anybody saying so", async () => {
    rig.emulator.faults.add({ match: POST, action: { kind: "drop", accept: true } });
    const job = await rig.add(long);
    await rig.startWorker({ timeoutMs: 30_000 });
    expect(await rig.resultOf(job.id)).toMatchObject({ state: "accepted", batches: [{ adopted: true }] });
    expect(rig.lines).not.toContain("warn: region backs off");
  });

  it("holds nobody else up when its answer is longer than what is read", async () => {
    const client = createSinchClient({
      baseUrl: rig.emulator.url,
      servicePlanId: "plan-eu",
      apiToken: "token",
      maxAnswerBytes: 2_000,
    });
    rig.emulator.faults.add({ match: { method: "POST" }, action: { kind: "drop", accept: true } });
    const expires = new Date(Date.now() + 2_500).toISOString();
    const job = await rig.add({ ...textTo(...numbers(200)), expire_at: expires });
    await rig.startWorker({ client });
    const others = await Promise.all(Array.from({ length: 5 }, async () => rig.add(textTo(ANN))));
    for (const other of others) expect(await rig.resultOf(other.id)).toMatchObject({ state: "accepted" });
    expect(await rig.resultOf(job.id)).toMatchObject({ state: "unknown", errors: [{ code: "answer_too_large" }] });
    expect(rig.lines).not.toContain("warn: region backs off");
    client.close();
  });
});

describe("a send in doubt that expires", () => {
  it("ends unknown when the provider cannot be asked any more", async () => {
    rig.emulator.faults.add({ times: null, action: { kind: "status", status: 502 } });
    await rig.startWorker();
    const job = await rig.add({ ...textTo(ANN), expire_at: new Date(Date.now() + 1_000).toISOString() });
    expect(await rig.resultOf(job.id)).toMatchObject({
      state: "unknown",
      recipients: { ...noRecipients(1), unknown: 1 },
      errors: [{ part: 0, code: "http_502", recipients: 1 }],
    });
    expect(rig.emulator.requests().filter(({ method }) => method === "POST")).toHaveLength(1);
  });

  it("ends expired when the provider says that it never came", async () => {
    rig.emulator.faults.add({ match: POST, times: null, action: { kind: "drop", accept: false } });
    await rig.startWorker({ settings: { unknownHoldMs: 2_000 } });
    const job = await rig.add({ ...textTo(ANN), expire_at: new Date(Date.now() + 1_000).toISOString() });
    expect((await rig.resultOf(job.id)).state).toBe("expired");
    expect(rig.emulator.requests().filter(({ method }) => method === "POST")).toHaveLength(1);
  });
});

describe("a job whose worker died", () => {
  it("is adopted when its request had been accepted", async () => {
    const added = await rig.add(textTo(ANN));
    const { job, free } = await rig.pickUp();
    const reference = clientReference(undefined, {
      id: String(added.id),
      queue: job.queueQualifiedName,
      timestamp: job.timestamp,
      content: () => contentDigest(readySend(textTo(ANN))),
    });
    const client = rig.client();
    await client.sendBatch({ ...textTo(ANN), type: "mt_text", client_reference: reference });
    client.close();
    await free();
    await rig.startWorker();
    expect((await rig.resultOf(job.id)).batches).toMatchObject([{ adopted: true }]);
    expect(rig.emulator.timesTexted(ANN)).toBe(1);
  });

  it("is sent after the hold when its request had not come", async () => {
    await rig.add(textTo(ANN));
    const { job, free } = await rig.pickUp();
    await free();
    await rig.startWorker();
    expect((await rig.resultOf(job.id)).batches).toMatchObject([{ adopted: false }]);
    const methods = rig.emulator.requests().map(({ method }) => method);
    expect(methods[0]).toBe("GET");
    expect(methods.filter((method) => method === "POST")).toHaveLength(1);
  });

  it("keeps its doubt while a worker with a shorter lead holds it back", async () => {
    const sendAt = new Date(Date.now() + 2_000).toISOString();
    await rig.add({ ...textTo(ANN), send_at: sendAt });
    const { job, free } = await rig.pickUp();
    await free();
    await rig.startWorker({ settings: { leadMs: 1_500 } });
    expect((await rig.resultOf(job.id)).state).toBe("accepted");
    expect(rig.emulator.requests()[0]?.method).toBe("GET");
  });
});
