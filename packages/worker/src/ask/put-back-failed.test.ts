import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { SinchClient } from "@volley/sinch";
import { eventually } from "../../../../test/stage/eventually.ts";
import { numbers, type RegionRig, startRegionRig, textTo } from "../../../../test/region-rig.ts";
import { readNote } from "../job/note.ts";
import { type Observer, SILENT_OBSERVER } from "../terms/observer.ts";

const ANN = "46701234567";
const POST = { method: "POST" };

let rig: RegionRig;

beforeEach(async () => {
  rig = await startRegionRig();
});

afterEach(async () => rig.close());

describe("a region in trouble", () => {
  it.each([429, 503])("costs no send its life: ten answers %d, and then it is accepted", async (status) => {
    rig.emulator.faults.add({ match: POST, times: 10, action: { kind: "status", status } });
    const job = await rig.add(textTo(ANN));
    await rig.startWorker({ settings: { unknownHoldMs: 20 } });
    expect((await rig.resultOf(job.id)).state).toBe("accepted");
    expect(rig.emulator.timesTexted(ANN)).toBe(1);
    expect((await rig.queue.getJob(String(job.id)))?.attemptsMade).toBe(1);
    expect(rig.lines).toContain("warn: region backs off");
  });

  it("is not asked after a 429, which accepts nothing for certain", async () => {
    rig.emulator.faults.add({ match: POST, action: { kind: "status", status: 429 } });
    const job = await rig.add(textTo(ANN));
    await rig.startWorker();
    await rig.resultOf(job.id);
    expect(rig.emulator.requests().map(({ method }) => method)).toEqual(["POST", "POST"]);
  });

  it("gets a rest for as long as Retry-After says, from all its workers", async () => {
    const headers = { "retry-after": "1" };
    rig.emulator.faults.add({ match: POST, action: { kind: "status", status: 429, headers } });
    const jobs = await Promise.all(numbers(3).map(async (number) => rig.add(textTo(number))));
    await Promise.all([rig.startWorker({ concurrency: 1 }), rig.startWorker({ concurrency: 1 })]);
    await Promise.all(jobs.map(async (job) => rig.resultOf(job.id)));
    const [refused, ...later] = rig.emulator.requests();
    const gapsMs = later.map(({ at }) => at - (refused?.at ?? 0));
    expect(Math.min(...gapsMs)).toBeGreaterThanOrEqual(990);
  });

  it("backs off for longer each time while it takes no batch, although it answers questions", async () => {
    rig.emulator.faults.add({ match: POST, times: null, action: { kind: "status", status: 503 } });
    const delays: number[] = [];
    const observer: Observer = { ...SILENT_OBSERVER, backedOff: ({ delayMs }) => void delays.push(delayMs) };
    await rig.startWorker({ observer, random: 0.001, settings: { unknownHoldMs: 20 } });
    await rig.add(textTo(ANN));
    await eventually(() => delays.length >= 4, "four back-offs");
    expect(delays.slice(0, 4)).toEqual([1, 2, 4, 8]);
    expect(rig.emulator.requests().filter(({ method }) => method === "GET").length).toBeGreaterThanOrEqual(3);
  });

  it("begins with a short back-off again once it has accepted a batch", async () => {
    rig.emulator.faults.add({ match: POST, times: 20, action: { kind: "status", status: 503 } });
    const delays: number[] = [];
    const observer: Observer = { ...SILENT_OBSERVER, backedOff: ({ delayMs }) => void delays.push(delayMs) };
    await rig.startWorker({ observer, random: 0.001, settings: { unknownHoldMs: 20 } });
    const first = await rig.add(textTo(ANN));
    await rig.resultOf(first.id);
    rig.emulator.faults.add({ match: POST, action: { kind: "status", status: 429 } });
    const second = await rig.add(textTo(numbers(2)[1] ?? ""));
    await rig.resultOf(second.id);
    expect(Math.max(...delays)).toBeGreaterThan(1);
    expect(delays.at(-1)).toBe(1);
  });

  it("does not wait because one of its workers was too slow to write a request", async () => {
    const client = rig.client();
    let late = 0;
    const frozen: SinchClient = {
      ...client,
      sendBatch: async (...input) => {
        if (late === 3) return client.sendBatch(...input);
        late += 1;
        return { kind: "unavailable", code: "too_late", text: "late", retryAfterMs: null, mayBeAccepted: false };
      },
    };
    const job = await rig.add(textTo(ANN));
    await rig.startWorker({ client: frozen, random: 1 });
    expect((await rig.resultOf(job.id)).batches).toMatchObject([{ adopted: false }]);
    expect(rig.lines).not.toContain("warn: region backs off");
    const note = readNote((await rig.queue.getJob(String(job.id)))?.progress);
    expect(note).toMatchObject({ tries: 0, unknown_since: null, last: { code: "too_late" } });
    expect(rig.emulator.requests().map(({ method }) => method)).toEqual(["POST"]);
  });

  it("that cannot be reached is tried again without asking: nothing was sent", async () => {
    const nobody = await startRegionRig();
    const client = nobody.client();
    await nobody.close();
    const job = await rig.add(textTo(ANN));
    const worker = await rig.startWorker({ client });
    await eventually(async () => {
      const note = readNote((await rig.queue.getJob(String(job.id)))?.progress);
      return note?.last.code === "connect_failed" && note.unknown_since === null && note.tries >= 3;
    }, "three tries without a doubt");
    await worker.close();
    await rig.startWorker();
    expect((await rig.resultOf(job.id)).batches).toMatchObject([{ adopted: false }]);
    expect(rig.emulator.requests().map(({ method }) => method)).not.toContain("GET");
  });

  it("is not noted by a worker that has lost the job meanwhile", async () => {
    rig.emulator.faults.add({ match: POST, action: { kind: "status", status: 429 } });
    const job = await rig.add(textTo(ANN));
    const key = rig.queue.toKey(String(job.id));
    const client = rig.client();
    let isTaken = false;
    const taken: SinchClient = {
      ...client,
      sendBatch: async (...input) => {
        await rig.redis.set(`${key}:lock`, "another worker");
        isTaken = true;
        return client.sendBatch(...input);
      },
    };
    const worker = await rig.startWorker({ client: taken });
    await eventually(() => isTaken, "the request");
    await worker.close();
    expect(rig.emulator.requests()).toHaveLength(1);
    expect(readNote((await rig.queue.getJob(String(job.id)))?.progress)).toBeNull();
  });

  it("says in the job's log what happened", async () => {
    rig.emulator.faults.add({ match: POST, action: { kind: "status", status: 429 } });
    const job = await rig.add(textTo(ANN));
    await rig.startWorker();
    await rig.resultOf(job.id);
    const { logs } = await rig.queue.getJobLogs(String(job.id));
    expect(logs[0]).toBe("throttled (http_429), the region backs off for 1 ms");
  });
});

describe("a region whose token is refused", () => {
  it("is suspended, probed with a question and resumed; no job fails and nobody is texted twice", async () => {
    rig.emulator.faults.add({ times: 12, action: { kind: "status", status: 401 } });
    const jobs = await Promise.all(numbers(5).map(async (number) => rig.add(textTo(number))));
    const wasSuspended: boolean[] = [];
    const observer: Observer = {
      ...SILENT_OBSERVER,
      suspended: ({ isSuspended }) => void wasSuspended.push(isSuspended),
    };
    await rig.startWorker({ concurrency: 3, observer });
    const results = await Promise.all(jobs.map(async (job) => rig.resultOf(job.id)));
    expect(results.map(({ state }) => state)).toEqual(jobs.map(() => "accepted"));
    expect(wasSuspended).toEqual([true, false]);
    expect(rig.lines.filter((line) => line.startsWith("error"))).toHaveLength(1);
    expect(numbers(5).map((number) => rig.emulator.timesTexted(number))).toEqual([1, 1, 1, 1, 1]);
    const refused = rig.emulator.requests().filter(({ status }) => status === 401);
    expect(refused.at(-1)?.method).toBe("GET");
  });

  it("stays suspended while it backs off besides: no batch tries its token, and nobody is told of an end", async () => {
    rig.emulator.faults.add({ match: POST, times: null, action: { kind: "status", status: 401 } });
    const retryLater = { "retry-after": "1" };
    rig.emulator.faults.add({
      match: { method: "GET" },
      times: 2,
      action: { kind: "status", status: 503, headers: retryLater },
    });
    rig.emulator.faults.add({ match: { method: "GET" }, times: null, action: { kind: "status", status: 401 } });
    const wasSuspended: boolean[] = [];
    const observer: Observer = {
      ...SILENT_OBSERVER,
      suspended: ({ isSuspended }) => void wasSuspended.push(isSuspended),
    };
    await rig.add(textTo(ANN));
    await rig.startWorker({ observer, settings: { lookIntervalMs: 10 } });
    const asked = (): number => rig.emulator.requests().filter(({ method }) => method === "GET").length;
    await eventually(() => asked() >= 4, "four probes");
    expect(wasSuspended).toEqual([true]);
    expect(rig.emulator.requests().filter(({ method }) => method === "POST")).toHaveLength(1);
  });

  it("is resumed by a refusal of what a send says, and not by the answer to a question", async () => {
    rig.emulator.faults.add({ match: POST, times: 2, action: { kind: "status", status: 401 } });
    const body = { code: "syntax_invalid_parameter_format", text: "The format of parameter 'from' is invalid" };
    rig.emulator.faults.add({ match: POST, action: { kind: "status", status: 400, body } });
    const told: string[] = [];
    const posts = (): number => rig.emulator.requests().filter(({ method }) => method === "POST").length;
    const observer: Observer = {
      ...SILENT_OBSERVER,
      suspended: ({ isSuspended }) => void told.push(`${isSuspended ? "suspended" : "resumed"} after ${posts()}`),
    };
    const job = await rig.add(textTo(ANN));
    await rig.startWorker({ observer });
    expect((await rig.resultOf(job.id)).state).toBe("rejected");
    expect(told).toEqual(["suspended after 1", "resumed after 3"]);
  });

  it("lets a send that was never tried expire without asking about it", async () => {
    rig.emulator.faults.add({ times: null, action: { kind: "status", status: 401 } });
    await rig.startWorker();
    const job = await rig.add({ ...textTo(ANN), expire_at: new Date(Date.now() + 500).toISOString() });
    expect((await rig.resultOf(job.id)).state).toBe("expired");
  });

  it("does not put a send in doubt when the probe meets an outage", async () => {
    rig.emulator.faults.add({ match: POST, action: { kind: "status", status: 401 } });
    rig.emulator.faults.add({ match: { method: "GET" }, times: 3, action: { kind: "status", status: 503 } });
    const job = await rig.add(textTo(ANN));
    await rig.startWorker();
    expect((await rig.resultOf(job.id)).state).toBe("accepted");
    expect(rig.emulator.requests().map(({ method }) => method)).toEqual(["POST", "GET", "GET", "GET", "GET", "POST"]);
  });
});
