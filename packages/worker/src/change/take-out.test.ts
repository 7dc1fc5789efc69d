import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { later } from "../../../../test/cancel-rig.ts";
import { numbers } from "../../../../test/region-rig.ts";
import { startTakeOutRig, type TakeOutRig } from "../../../../test/take-out-rig.ts";

const HOUR_MS = 3_600_000;

const [ANN, BO, CY] = numbers(3) as [string, string, string];

const REFUSAL = { kind: "status", status: 400, body: { code: "syntax_constraint_violation", text: "No." } } as const;

const READ = { method: "GET", path: "/batches/" };

const REPORT = { method: "GET", path: "/delivery_report" };

const UPDATE = { method: "POST", path: "/batches/" };

let stage: TakeOutRig;

beforeEach(async () => {
  stage = await startTakeOutRig();
});

afterEach(async () => stage.close());

describe("a provider that does not do it", () => {
  it.each([
    ["is throttling", { kind: "status", status: 429 }],
    ["is unavailable", { kind: "status", status: 503 }],
    ["does not have the batch yet", { kind: "status", status: 404 }],
    ["answers nothing after it has done it", { kind: "drop", accept: true }],
    ["answers nothing", { kind: "drop", accept: false }],
  ] as const)("is asked again: it %s", async (_, action) => {
    const id = await stage.accept([ANN, BO]);
    stage.rig.emulator.faults.add({ match: UPDATE, times: 2, action });
    await stage.optOut(ANN);
    await stage.lookTwice();
    expect((await stage.rig.resultOf(id)).recipients).toMatchObject({ accepted: 2, suppressed: 0 });
    expect(await stage.lookAt(id)).toMatchObject({ recipients: { accepted: 1, suppressed: 1 } });
    expect(stage.reached()).toEqual([BO]);
  });

  it("for a reason that says nothing of its being sent is asked again, and nobody is too late before it is due", async () => {
    const id = await stage.accept([ANN, BO, CY]);
    stage.rig.emulator.faults.add({ match: UPDATE, times: 4, action: REFUSAL });
    await stage.optOut(ANN, BO);
    // Two at once, and each of them alone.
    await stage.look();
    expect([stage.told, stage.updates()]).toEqual([[], 3]);
    expect(await stage.lookAt(id)).toMatchObject({ recipients: { accepted: 1, suppressed: 2 } });
    expect([stage.reached(), stage.updates()]).toEqual([[CY], 6]);
  });

  it("is not asked each time: it rests, the longer the more often, and not where somebody else opts out", async () => {
    await stage.accept([ANN, BO, CY]);
    stage.rig.emulator.faults.add({ match: UPDATE, times: null, action: REFUSAL });
    await stage.optOut(ANN);
    await stage.look();
    expect(stage.rested(Infinity)).toEqual([1_000]);
    await stage.round();
    expect(stage.updates()).toBe(1);
    await stage.optOut(BO);
    await stage.round();
    expect([stage.rested(0), stage.updates()]).toEqual([[1_000], 4]);
    await stage.round();
    expect([stage.rested(0), stage.updates()]).toEqual([[2_000], 7]);
  });

  it("though it has canceled the batch, and says no more of whom it has reached, rests as well", async () => {
    const id = await stage.accept([ANN, BO, CY]);
    await stage.optOut(ANN);
    await stage.lookAt(id);
    stage.rig.emulator.faults.add({ match: REPORT, times: null, action: { kind: "status", status: 404 } });
    stage.rig.emulator.faults.add({ match: READ, times: 1, action: { kind: "status", status: 503 } });
    await stage.optOut(BO, CY);
    await stage.look();
    stage.rested(Infinity);
    await stage.round();
    expect([stage.told, stage.requests("DELETE", "/batches/")]).toEqual([[["out", 1]], 1]);
  });

  it("and cancels the batch all the same is believed by its times, where they have moved since the last change", async () => {
    const id = await stage.accept([ANN, BO, CY]);
    await stage.optOut(ANN);
    await stage.lookAt(id);
    stage.rig.emulator.faults.add({ match: REPORT, times: null, action: { kind: "status", status: 404 } });
    await stage.optOut(BO, CY);
    expect(await stage.lookAt(id)).toMatchObject({ state: "rejected", recipients: { accepted: 0, suppressed: 3 } });
  });

  it("since it has sent the batch is too late, which is said once; the result stays as it was", async () => {
    const id = await stage.accept([ANN, BO]);
    const before = await stage.rig.resultOf(id);
    await stage.rig
      .client()
      .batches.update(stage.rig.emulator.batches()[0]?.id ?? "", { send_at: null, expire_at: null });
    await stage.optOut(ANN);
    await stage.look();
    await stage.optOut(BO);
    await stage.lookTwice();
    expect(stage.told).toEqual([
      ["too_late", 1],
      ["too_late", 1],
    ]);
    expect([await stage.became(ANN), await stage.became(BO)]).toEqual([["too_late"], ["too_late"]]);
    expect(await stage.rig.resultOf(id)).toEqual(before);
  });

  it("until the batch is due is too late, and nothing of it is kept", async () => {
    await stage.accept([ANN, BO]);
    stage.rig.emulator.faults.add({ match: UPDATE, times: null, action: { kind: "status", status: 503 } });
    await stage.optOut(ANN);
    await stage.look(later(HOUR_MS + 1_000));
    expect(stage.told).toEqual([["too_late", 1]]);
    expect(await stage.rig.redis.keys(`${stage.rig.prefix}:waiting:*`)).toEqual([]);
  });

  it("and has done it all the same is believed by what it shows", async () => {
    const id = await stage.accept([ANN, BO]);
    stage.rig.emulator.faults.add({ match: UPDATE, times: null, action: { kind: "drop", accept: true } });
    await stage.optOut(ANN);
    await stage.look(later(HOUR_MS + 1_000));
    expect(stage.told).toEqual([["out", 1]]);
    expect((await stage.rig.resultOf(id)).recipients).toMatchObject({ accepted: 1, suppressed: 1 });
  });
});
