import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { noRecipients, readJobData } from "@volley/contract";
import type { SinchClient } from "@volley/sinch";
import { type RegionRig, startRegionRig, textTo } from "../../../../test/region-rig.ts";
import { eventually } from "../../../../test/stage/eventually.ts";
import { stepContext } from "../../../../test/step-context.ts";
import { processSafely } from "../process/process-safely.ts";

const ANN = "46701234567";
const BO = "46701234568";

let rig: RegionRig;

beforeEach(async () => {
  rig = await startRegionRig();
});

afterEach(async () => rig.close());

describe("a send that the provider accepts", () => {
  it("is one request, and its result names the batch", async () => {
    const job = await rig.add(textTo(`+${ANN}`, BO, `00${ANN}`, "+1"));
    await rig.startWorker();
    const result = await rig.resultOf(job.id);
    const [batch] = rig.emulator.batches();
    expect(result).toEqual({
      state: "accepted",
      region: "eu",
      recipients: { ...noRecipients(4), accepted: 2, duplicate: 1, rejected: 1 },
      batches: [{ id: batch?.id, part: 0, recipients: 2, accepted_at: expect.any(String), adopted: false }],
      rejected: [{ recipient: "+1", index: 3, reason: "invalid_msisdn", by: "volley" }],
      errors: [],
    });
    expect(batch?.to).toEqual([ANN, BO]);
    expect(rig.emulator.requests()).toHaveLength(1);
  });

  it("loses its recipients from the job's data", async () => {
    const job = await rig.add({ ...textTo(ANN), parameters: { name: { [ANN]: "Ann" } } });
    await rig.startWorker();
    await rig.resultOf(job.id);
    const settled = await rig.queue.getJob(String(job.id));
    expect(JSON.stringify(settled?.data)).not.toContain(ANN);
    expect(readJobData(settled?.data).kind).toBe("settled");
  });

  it("keeps its recipients where the operator wants them", async () => {
    const job = await rig.add(textTo(ANN));
    await rig.startWorker({ settings: { keepRecipients: true } });
    await rig.resultOf(job.id);
    const settled = await rig.queue.getJob(String(job.id));
    expect(settled?.data).toMatchObject({ message: textTo(ANN), settled: { state: "accepted" } });
  });

  it("has a log without recipients and text", async () => {
    const job = await rig.add({ ...textTo(ANN), body: "Secret" });
    await rig.startWorker();
    await rig.resultOf(job.id);
    const { logs } = await rig.queue.getJobLogs(String(job.id));
    expect(logs).toEqual([`batch ${rig.emulator.batches()[0]?.id} accepted, 1 recipients`]);
  });

  it("goes out at the provider at send_at when it is handed over early", async () => {
    const sendAt = new Date(Date.now() + 30_000).toISOString();
    const job = await rig.add({ ...textTo(ANN), send_at: sendAt });
    await rig.startWorker({ settings: { leadMs: 60_000 } });
    await rig.resultOf(job.id);
    expect(rig.emulator.batches()[0]?.request["send_at"]).toBe(sendAt);
  });
});

describe("a send that the provider refuses", () => {
  it("ends rejected with the provider's words, after one request", async () => {
    const body = { code: "syntax_invalid_parameter_format", text: "The format of parameter 'from' is invalid" };
    rig.emulator.faults.add({ times: null, action: { kind: "status", status: 400, body } });
    const job = await rig.add(textTo(ANN, BO));
    await rig.startWorker();
    expect(await rig.resultOf(job.id)).toMatchObject({
      state: "rejected",
      recipients: { ...noRecipients(2), rejected: 2 },
      batches: [],
      errors: [{ part: 0, code: body.code, text: body.text, recipients: 2 }],
    });
    expect(rig.emulator.requests()).toHaveLength(1);
  });
});

describe("the time of a send", () => {
  it("is kept: what comes too late ends expired without any request", async () => {
    const job = await rig.add({ ...textTo(ANN), expire_at: new Date(Date.now() - 1).toISOString() });
    await rig.startWorker();
    expect(await rig.resultOf(job.id)).toMatchObject({
      state: "expired",
      recipients: { ...noRecipients(1), expired: 1 },
      errors: [{ code: "expired" }],
    });
    expect(rig.emulator.requests()).toEqual([]);
  });

  it("is over for what the provider refuses then, whatever it says", async () => {
    const { sendBatch, ...client } = rig.client();
    const expireAt = Date.now() + 1_000;
    const job = await rig.add({ ...textTo(ANN), expire_at: new Date(expireAt).toISOString() });
    const rejected = { kind: "rejected", status: 400, code: "syntax_constraint_violation", text: "expire_at" } as const;
    const late: typeof sendBatch = async () => eventually(() => Date.now() >= expireAt && rejected, "the expiry");
    await rig.startWorker({ client: { ...client, sendBatch: late } });
    expect((await rig.resultOf(job.id)).recipients).toEqual({ ...noRecipients(1), expired: 1 });
  });

  it("is waited for when another client added the job without a delay", async () => {
    const leadMs = 300;
    const opensAt = Date.now() + 600;
    const job = await rig.add({ ...textTo(ANN), send_at: new Date(opensAt + leadMs).toISOString() });
    await rig.startWorker({ settings: { leadMs } });
    expect((await rig.resultOf(job.id)).state).toBe("accepted");
    expect(rig.emulator.batches()[0]?.accepted_at).toBeGreaterThanOrEqual(opensAt);
    expect(rig.emulator.requests()).toHaveLength(1);
  });
});

describe("a job that is no send", () => {
  it("fails with every mistake and reaches nobody", async () => {
    const job = await rig.add({ ...textTo(ANN), sendAt: "tomorrow", body: "" });
    await rig.startWorker();
    const reason = await rig.failureOf(job.id);
    expect(reason).toContain("send_at");
    expect(reason).toContain("body");
    expect(rig.emulator.requests()).toEqual([]);
  });

  it("fails when it has another name", async () => {
    const job = await rig.queue.add("email", textTo(ANN));
    await rig.startWorker();
    expect(await rig.failureOf(job.id)).toContain('expected a job named "send", got 5 characters');
    expect(rig.emulator.requests()).toEqual([]);
  });
});

describe("the deadline of a request", () => {
  it.each([{ timeoutMs: 8_000 }, { timeoutMs: 60_000 }])(
    "of $timeoutMs ms lies inside the lock, however late it is written",
    async ({ timeoutMs }) => {
      const client = rig.client(timeoutMs);
      const { id } = await rig.add(textTo(ANN));
      const seen: { readonly lockedUntil: number; readonly endsBy: number }[] = [];
      const watched: SinchClient = {
        ...client,
        sendBatch: async (batch, options) => {
          const leftMs = await rig.redis.pttl(`${rig.queue.toKey(String(id))}:lock`);
          const endsBy = (options?.notAfter?.getTime() ?? Number.POSITIVE_INFINITY) + timeoutMs;
          seen.push({ lockedUntil: Date.now() + leftMs, endsBy });
          return client.sendBatch(batch, options);
        },
      };
      // The client knows its deadline, whatever the region's options say.
      await rig.startWorker({ client: watched, timeoutMs: 100 });
      await rig.resultOf(id);
      expect(seen).toHaveLength(1);
      for (const { lockedUntil, endsBy } of seen) expect(endsBy).toBeLessThanOrEqual(lockedUntil);
    },
  );
});

describe("a worker that has lost its job", () => {
  it("sends nothing: somebody else has it", async () => {
    await rig.add(textTo(ANN));
    const { job, free } = await rig.pickUp();
    const context = stepContext(rig);
    await expect(processSafely(context, job, "not the token of the lock")).rejects.toThrow("the job's lock is lost");
    await free();
    expect(rig.emulator.requests()).toEqual([]);
  });

  it("writes down no result: it woke after the send's expiry, and somebody else had sent it before", async () => {
    const send = { ...textTo(ANN), expire_at: new Date(Date.now() - 1).toISOString() };
    const { id } = await rig.add(send);
    const { job, free } = await rig.pickUp();
    const attempt = await processSafely(stepContext(rig), job, "not the token of the lock").catch(String);
    await free();
    expect(attempt).toContain("the job's lock is lost");
    // As data, "expired" would be an invitation to send it once more.
    expect((await rig.queue.getJob(String(id)))?.data).toEqual(send);
  });

  it("writes down no ledger: somebody else may be further", async () => {
    const { id } = await rig.add(textTo(ANN, BO));
    const { job, free } = await rig.pickUp();
    const context = stepContext(rig);
    const sendBatch: typeof context.client.sendBatch = async () => {
      await rig.redis.set(`${rig.queue.toKey(String(id))}:lock`, "another worker");
      return { kind: "rejected", status: 400, code: "syntax_constraint_violation", text: "somebody" };
    };
    const frozen = { ...context, client: { ...context.client, sendBatch } };
    const attempt = await processSafely(frozen, job, "somebody else").catch(String);
    await rig.redis.set(`${rig.queue.toKey(String(id))}:lock`, "somebody else");
    await free();
    expect(attempt).toContain("the job's lock is lost");
    expect((await rig.queue.getJob(String(id)))?.data).toEqual(textTo(ANN, BO));
  });
});
