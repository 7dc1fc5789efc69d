import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { noRecipients, partId, sendId, stageKey } from "@volley/contract";
import { eventually } from "../../../../test/stage/eventually.ts";
import { stageRecipients } from "../../../../test/stage/stage-recipients.ts";
import { numbers, type RegionRig, startRegionRig } from "../../../../test/region-rig.ts";

const MESSAGE = { from: "12015550123", body: "Hi ${name}" };

const DEFAULTS = { name: { default: "you" } };

let rig: RegionRig;
let id: string;

beforeEach(async () => {
  rig = await startRegionRig();
  id = sendId("eu");
});

afterEach(async () => rig.close());

/** Stages so many numbers; every second one has a name. */
async function stage(count: number): Promise<{ id: string; recipients: number }> {
  const { redis, prefix } = rig;
  return stageRecipients(redis, { prefix, id: "s1", recipients: numbers(count), own: nameOf });
}

function nameOf(number: string): Record<string, string> {
  return Number(number) % 2 === 0 ? { name: `N${number}` } : {};
}

function pieces(): Promise<number> {
  return rig.redis.hlen(stageKey(rig.prefix, "s1"));
}

describe("a staged send", () => {
  it("of one piece is sent as it is, with what its producer has rejected", async () => {
    const staged = { ...(await stage(1_000)), duplicate: 2, rejected: 1, rejections: [{ index: 0, recipient: "+1" }] };
    await rig.add({ ...MESSAGE, parameters: DEFAULTS, staged }, { jobId: id });
    await rig.startWorker();
    expect(await rig.resultOf(id)).toMatchObject({
      state: "accepted",
      recipients: { ...noRecipients(1_003), accepted: 1_000, duplicate: 2, rejected: 1 },
      batches: [{ part: 0, recipients: 1_000 }],
      rejected: [{ recipient: "+1", index: 0, by: "volley" }],
    });
    expect(rig.emulator.textsTo("46700000998")).toEqual(["Hi N46700000998"]);
    expect(rig.emulator.textsTo("46700000999")).toEqual(["Hi you"]);
    expect(await rig.queue.getJob(partId(id, 0))).toBeUndefined();
    expect(await pieces()).toBe(0);
  });

  it("keeps its recipients where the operator wants them kept", async () => {
    await rig.add({ ...MESSAGE, staged: await stage(1_500) }, { jobId: id });
    const age = 365 * 24 * 60 * 60;
    await rig.startWorker({
      settings: { keepRecipients: true, keepResults: { age, bytes: 10_000_000, count: 1_000 } },
    });
    expect((await rig.resultOf(id)).recipients).toMatchObject({ accepted: 1_500 });
    expect(await pieces()).toBe(2);
    // As long as the result, and not only as long as a stage would have lived without a worker.
    expect(await rig.redis.ttl(stageKey(rig.prefix, "s1"))).toBeGreaterThan(age - 60);
  });

  it("says of a rejected recipient only where that is known", async () => {
    const action = { kind: "reject_recipients" as const, recipients: ["46700001200"], named: true };
    rig.emulator.faults.add({ match: { method: "POST" }, times: null, action });
    await rig.add({ ...MESSAGE, staged: { ...(await stage(1_500)), duplicate: 1 } }, { jobId: id });
    await rig.startWorker();
    const { rejected, recipients } = await rig.resultOf(id);
    expect(rejected).toEqual([{ recipient: "46700001200", reason: expect.any(String), by: "provider" }]);
    expect(recipients).toEqual({ ...noRecipients(1_501), accepted: 1_499, rejected: 1, duplicate: 1 });
  });

  it("fails with a reason when a piece is missing before anything was sent", async () => {
    const staged = await stage(2_500);
    await rig.redis.hdel(stageKey(rig.prefix, "s1"), "1");
    await rig.add({ ...MESSAGE, staged }, { jobId: id });
    await rig.startWorker();
    expect(await rig.failureOf(id)).toBe("stage s1: expected 3 pieces, got 2; nothing is sent");
    expect(rig.emulator.requests()).toEqual([]);
  });

  it("with values of single recipients beside the stage is refused", async () => {
    const parameters = { name: { default: "you", "46700000001": "Ann" } };
    await rig.add({ ...MESSAGE, parameters, staged: await stage(1_500) }, { jobId: id });
    await rig.startWorker();
    expect(await rig.failureOf(id)).toContain("parameters.name: expected only `default`, got values of recipients");
  });

  it("sends nothing again of a part that was removed and comes back", async () => {
    await rig.add({ ...MESSAGE, parameters: DEFAULTS, staged: await stage(2_000) }, { jobId: id });
    await rig.startWorker();
    await rig.resultOf(id);
    expect(await rig.queue.getJob(partId(id, 1))).toBeUndefined();
    // A planner that was frozen with its hand on the part, and a stage that somebody has written once more.
    const staged = { ...(await stage(2_000)), recipients: 1_000, piece: 1 };
    await rig.add(
      { ...MESSAGE, staged },
      { jobId: partId(id, 1), parent: { id, queue: rig.queue.qualifiedName }, ignoreDependencyOnFailure: true },
    );
    await eventually(async () => (await rig.queue.getJob(partId(id, 1))) === undefined, "its end");
    expect(rig.emulator.stats()).toMatchObject({ batches: 2, texted: 2_000 });
  });

  it("tells what it was to, when it expired before it was planned", async () => {
    const expire_at = new Date(Date.now() - 1).toISOString();
    await rig.add({ ...MESSAGE, expire_at, staged: { ...(await stage(2_500)), rejected: 1 } }, { jobId: id });
    await rig.startWorker();
    expect(await rig.resultOf(id)).toMatchObject({
      state: "expired",
      recipients: { ...noRecipients(2_501), expired: 2_500, rejected: 1 },
      errors: [{ part: 0, code: "expired", recipients: 2_500 }],
    });
    // They can be sent to once more for as long as that is known.
    expect(await pieces()).toBe(3);
    expect(await rig.redis.ttl(stageKey(rig.prefix, "s1"))).toBeGreaterThan(24 * 60 * 60);
  });
});

describe("a part whose staged recipients are gone", () => {
  it.each([
    { title: "missing", value: null },
    { title: "of another number", value: "46700000001,46700000002" },
    { title: "no recipients", value: '{"to":17}' },
  ])("says so, with their number, when they are $title", async ({ value }) => {
    const staged = await stage(2_500);
    // The stage was whole when the send was planned.
    await rig.add({ ...MESSAGE, parameters: DEFAULTS, staged }, { jobId: id });
    const { job, free } = await rig.pickUp();
    const key = stageKey(rig.prefix, "s1");
    await rig.add(
      { ...MESSAGE, staged: { ...staged, recipients: 1_000, piece: 1 } },
      { jobId: partId(id, 1), parent: { id, queue: job.queueQualifiedName }, ignoreDependencyOnFailure: true },
    );
    if (value === null) await rig.redis.hdel(key, "1");
    else await rig.redis.hset(key, "1", value);
    await rig.startWorker();
    await free();
    expect(await rig.resultOf(id)).toMatchObject({
      state: "partial",
      recipients: { ...noRecipients(2_500), accepted: 1_500, rejected: 1_000 },
      errors: [{ part: 1, code: "recipients_gone", recipients: 1_000 }],
    });
    expect(rig.emulator.stats()).toMatchObject({ texted: 1_500 });
  });

  it.each([
    { accept: true, counts: { accepted: 3 }, code: undefined },
    { accept: false, counts: { rejected: 3 }, code: "recipients_gone" },
  ])("is asked about first when it may have been sent (accepted: $accept)", async ({ accept, counts, code }) => {
    rig.emulator.faults.add({ match: { method: "POST" }, action: { kind: "drop", accept } });
    await rig.add({ ...MESSAGE, parameters: DEFAULTS, staged: await stage(3) }, { jobId: id });
    const mute = rig.emulator.faults.add({
      match: { method: "GET" },
      times: null,
      action: { kind: "status", status: 503 },
    });
    await rig.startWorker();
    await eventually(() => rig.emulator.stats().requests >= 2, "a question");
    await rig.redis.del(stageKey(rig.prefix, "s1"));
    rig.emulator.faults.remove(mute);
    const { recipients, errors } = await rig.resultOf(id);
    expect(recipients).toEqual({ ...noRecipients(3), ...counts });
    expect(errors[0]?.code).toBe(code);
    expect(rig.emulator.stats()).toMatchObject({ texted: accept ? 3 : 0 });
  });
});
