import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { noRecipients, sendId, type SendResult } from "@volley/contract";
import {
  createNumbering,
  listWaiting,
  openProofs,
  openSuppressionList,
  type Scope,
  waitingBatchKey,
  waitingKey,
} from "@volley/opt-outs";
import { later } from "../../../../test/cancel-rig.ts";
import { numbers, type RegionRig, startRegionRig, textTo } from "../../../../test/region-rig.ts";
import { eventually } from "../../../../test/stage/eventually.ts";
import { stepContext } from "../../../../test/step-context.ts";
import type { RegionContext } from "../region/region-context.ts";
import { SILENT_OBSERVER } from "../terms/observer.ts";
import { lookAtAll, type Memory } from "./take-out-round.ts";

const HOUR_MS = 3_600_000;

const LEAD = { leadMs: 2 * HOUR_MS };

const [ANN, BO, CY] = numbers(3) as [string, string, string];

const SENDER: Scope = { sender: "12015550123" };

const UPDATE = { method: "POST", path: "/batches/" };

let rig: RegionRig;
let context: RegionContext;
let memory: Memory;
/** What was told to be counted. */
let told: unknown[];

beforeEach(async () => {
  rig = await startRegionRig();
  told = [];
  const takenOut = ({ outcome, recipients }: { outcome: string; recipients: number }): void => {
    told.push([outcome, recipients]);
  };
  context = { ...stepContext(rig), observer: { ...SILENT_OBSERVER, takenOut } };
  memory = { seen: new Map(), againAt: 0 };
});

afterEach(async () => rig.close());

function list() {
  return openSuppressionList({ ...rig, numbering: createNumbering() });
}

/** What the proof says of late batches. */
async function became(number: string): Promise<string[]> {
  const { late } = await openProofs({ ...rig, numbering: createNumbering() }).read(number);
  return late.map((batch) => batch.became);
}

async function optOut(...people: string[]): Promise<void> {
  const said = { kind: "stop", at: new Date(), who: "inbound", why: "STOP" } as const;
  await list().add(people.map((number) => ({ number, scope: SENDER, ...said })));
}

function inAnHour(): string {
  return new Date(Date.now() + HOUR_MS).toISOString();
}

/** Lets the provider accept a send for later, by a worker that then stops. @returns its ID */
async function accept(to: readonly string[], more = {}): Promise<string> {
  const worker = await rig.startWorker({ settings: LEAD });
  const id = sendId("eu");
  await rig.add({ ...textTo(...to), send_at: inAnHour(), ...more }, { jobId: id });
  await rig.resultOf(id);
  await worker.close();
  return id;
}

/** One round, of a worker that remembers those before it. */
async function look(changes: Partial<RegionContext> = {}): Promise<void> {
  memory.againAt = 0;
  await lookAtAll({ ...context, ...changes }, await listWaiting(rig), memory, async () => true);
}

async function lookTwice(): Promise<void> {
  await look();
  await look();
}

async function lookAt(id: string): Promise<SendResult> {
  await look();
  return rig.resultOf(id);
}

/** Who gets something from the provider, now or later. */
function reached(): string[] {
  return rig.emulator.batches().flatMap(({ to, withdrawn }) => (withdrawn ? [] : to));
}

describe("whoever opts out while their batch waits at the provider", () => {
  it("is taken out of it, and counted and named as suppressed", async () => {
    const id = await accept([ANN, BO, CY]);
    await look();
    await optOut(BO);
    expect(await lookAt(id)).toMatchObject({
      state: "accepted",
      recipients: { ...noRecipients(3), accepted: 2, suppressed: 1 },
      batches: [{ recipients: 2, suppressed: 1 }],
      rejected: [{ recipient: BO, reason: "opted_out", by: "volley" }],
    });
    expect(reached()).toEqual([ANN, CY]);
    await optOut(ANN);
    expect(await lookAt(id)).toMatchObject({ recipients: { accepted: 1 }, batches: [{ suppressed: 2 }] });
    expect(reached()).toEqual([CY]);
    expect(told).toEqual([
      ["out", 1],
      ["out", 1],
    ]);
    expect([await became(ANN), await became(BO), await became(CY)]).toEqual([["taken_out"], ["taken_out"], []]);
  });

  it("leaves nobody in it who has not: then it is canceled", async () => {
    const id = await accept([ANN, BO]);
    await optOut(ANN, BO);
    expect(await lookAt(id)).toMatchObject({
      state: "rejected",
      recipients: { ...noRecipients(2), suppressed: 2 },
      batches: [{ recipients: 0, suppressed: 2, canceled: true }],
    });
    expect(reached()).toEqual([]);
  });

  it("is taken out of every part of a long send, hundreds of them at once", async () => {
    const people = numbers(2_500);
    const id = await accept(people);
    const out = people.filter((_, index) => index % 8 === 1);
    await optOut(...out);
    await look();
    const result = await lookAt(id);
    expect(result.recipients).toEqual({ ...noRecipients(2_500), accepted: 2_500 - out.length, suppressed: out.length });
    expect(new Set(result.rejected.map(({ recipient }) => recipient))).toEqual(new Set(out));
    const left = new Set(out);
    expect(reached().toSorted()).toEqual(people.filter((number) => !left.has(number)));
  });

  it("is taken out by a worker, of the lots of a part of which others are still to go", async () => {
    await rig.startWorker({ settings: LEAD, limits: { rate: 2, burstMs: 1_000 } });
    const people = numbers(8);
    const { id } = await rig.add({ ...textTo(...people), send_at: inAnHour() });
    await eventually(() => reached().length >= 2, "the first lot");
    await optOut(ANN);
    const result = await eventually(async () => {
      const { recipients } = await rig.resultOf(id);
      return recipients.suppressed === 1 && recipients;
    }, "whoever has opted out in the result");
    expect(result).toMatchObject({ accepted: 7 });
    expect(reached()).toEqual(people.slice(1));
    expect(rig.lines.join()).not.toMatch(/467\d+/);
  }, 20_000);

  it("stays in those of another sender, and comes back into none", async () => {
    const other = await accept([ANN, BO], { from: "Volley" });
    const id = await accept([ANN, BO]);
    await optOut(ANN);
    await look();
    await list().remove([{ number: ANN, scope: SENDER }], { who: "kim", why: "" });
    await optOut(BO);
    expect(await lookAt(id)).toMatchObject({ recipients: { accepted: 0, suppressed: 2 } });
    expect((await rig.resultOf(other)).recipients).toMatchObject({ accepted: 2, suppressed: 0 });
    expect(reached()).toEqual([ANN, BO]);
  });
});

describe("a provider that does not do it", () => {
  it.each([
    ["is throttling", { kind: "status", status: 429 }],
    ["is unavailable", { kind: "status", status: 503 }],
    ["does not have the batch yet", { kind: "status", status: 404 }],
    ["answers nothing after it has done it", { kind: "drop", accept: true }],
    ["answers nothing", { kind: "drop", accept: false }],
  ] as const)("is asked again: it %s", async (_, action) => {
    const id = await accept([ANN, BO]);
    rig.emulator.faults.add({ match: UPDATE, times: 2, action });
    await optOut(ANN);
    await lookTwice();
    expect((await rig.resultOf(id)).recipients).toMatchObject({ accepted: 2, suppressed: 0 });
    expect(await lookAt(id)).toMatchObject({ recipients: { accepted: 1, suppressed: 1 } });
    expect(reached()).toEqual([BO]);
  });

  it("since it has sent the batch is too late, which is said once; the result stays as it was", async () => {
    const id = await accept([ANN, BO]);
    const before = await rig.resultOf(id);
    await rig.client().batches.update(rig.emulator.batches()[0]?.id ?? "", { send_at: null, expire_at: null });
    await optOut(ANN);
    await look();
    await optOut(BO);
    await lookTwice();
    expect(told).toEqual([
      ["too_late", 1],
      ["too_late", 1],
    ]);
    expect([await became(ANN), await became(BO)]).toEqual([["too_late"], ["too_late"]]);
    expect(await rig.resultOf(id)).toEqual(before);
  });

  it("until the batch is due is too late, and nothing of it is kept", async () => {
    await accept([ANN, BO]);
    rig.emulator.faults.add({ match: UPDATE, times: null, action: { kind: "status", status: 503 } });
    await optOut(ANN);
    await look(later(HOUR_MS + 1_000));
    expect(told).toEqual([["too_late", 1]]);
    expect(await rig.redis.keys(`${rig.prefix}:waiting:*`)).toEqual([]);
  });

  it("and has done it all the same is believed by what it shows", async () => {
    const id = await accept([ANN, BO]);
    rig.emulator.faults.add({ match: UPDATE, times: null, action: { kind: "drop", accept: true } });
    await optOut(ANN);
    await look(later(HOUR_MS + 1_000));
    expect(told).toEqual([["out", 1]]);
    expect((await rig.resultOf(id)).recipients).toMatchObject({ accepted: 1, suppressed: 1 });
  });
});

describe("a batch", () => {
  it("whose time has come, and of which nobody has opted out, is forgotten", async () => {
    await accept([ANN, BO]);
    await optOut(CY);
    await look();
    await look(later(HOUR_MS + 1_000));
    expect(await rig.redis.keys(`${rig.prefix}:waiting:*`)).toEqual([]);
    expect(reached()).toEqual([ANN, BO]);
  });

  it("that nobody can read any more is forgotten, and keeps no other one from being changed", async () => {
    const id = await accept([ANN, BO]);
    for (const [batchId, text] of [
      ["torn", '{"to":['],
      ["none", "null"],
      ["other", "{}"],
    ] as const) {
      await rig.redis.zadd(waitingKey(rig), Date.now() + HOUR_MS, batchId);
      await rig.redis.set(waitingBatchKey(rig, batchId), text);
    }
    await optOut(ANN);
    expect((await lookAt(id)).recipients).toMatchObject({ suppressed: 1 });
    expect((await listWaiting(rig)).size).toBe(1);
  });

  it("that somebody has canceled is left to them", async () => {
    const id = await accept([ANN, BO]);
    await rig.client().cancelBatch(rig.emulator.batches()[0]?.id ?? "");
    await optOut(ANN);
    await lookTwice();
    expect(told).toEqual([]);
    expect((await rig.resultOf(id)).recipients).toMatchObject({ accepted: 2 });
  });

  it("is not changed before it is written down that it is there: whoever asks for it compares its people", async () => {
    const id = await accept([ANN, BO]);
    const key = rig.queue.toKey(id);
    const { data = "", returnvalue = "" } = await rig.redis.hgetall(key);
    await rig.redis.hset(key, { data: "{}", returnvalue: "null" });
    await optOut(ANN);
    await look();
    expect(reached()).toEqual([ANN, BO]);
    await rig.redis.hset(key, { data, returnvalue });
    expect((await lookAt(id)).recipients).toMatchObject({ suppressed: 1 });
  });

  it("is changed though its job is gone, as with removeOnComplete", async () => {
    const id = await accept([ANN, BO]);
    await (await rig.queue.getJob(id))?.remove();
    await optOut(ANN);
    await lookTwice();
    expect(reached()).toEqual([BO]);
  });
});
