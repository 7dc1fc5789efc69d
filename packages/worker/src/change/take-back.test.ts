import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { answerOf } from "../../../../test/answer.ts";
import { numbers, textTo } from "../../../../test/region-rig.ts";
import { type CancelRig, later, startCancelRig } from "../../../../test/cancel-rig.ts";

const HOUR_MS = 3_600_000;

const DAY_MS = 24 * HOUR_MS;

const PEOPLE = numbers(3);

const [ANN] = PEOPLE as [string];

const DELETE = { method: "DELETE" };

const REPORT = { path: "/delivery_report" };

let stage: CancelRig;

beforeEach(async () => {
  stage = await startCancelRig();
});

afterEach(async () => stage.close());

function fate(code: number, ...recipients: string[]): void {
  stage.rig.emulator.faults.add({
    match: { method: "POST" },
    action: { kind: "outcome", code, recipients, after_ms: 0 },
  });
}

describe("a batch that is canceled only after it was sent", () => {
  it("is too late for everybody, and stays as it was", async () => {
    await stage.accept(...PEOPLE);
    const before = await stage.result();
    await stage.sendNow();
    expect(await stage.cancelOnce()).toEqual({ stopped: 0, too_late: 3, unknown: 0 });
    expect(stage.rig.emulator.batches()).toMatchObject([{ canceled: true, withdrawn: false }]);
    expect(await stage.result()).toEqual(before);
  });

  it("is too late for those whom the provider's report does not call canceled", async () => {
    fate(407, PEOPLE[1] ?? "");
    await stage.accept(...PEOPLE);
    await stage.sendNow();
    expect(await stage.cancelOnce()).toEqual({ stopped: 1, too_late: 2, unknown: 0 });
    expect(await stage.result()).toMatchObject({
      state: "partial",
      recipients: { accepted: 2, canceled: 1, unknown: 0 },
      batches: [{ recipients: 3, canceled: true, too_late: 2 }],
    });
  });

  it("is looked at again while messages are queued, and then nobody knows of those", async () => {
    fate(400, PEOPLE[0] ?? "");
    await stage.accept(...PEOPLE);
    await stage.sendNow();
    expect(await stage.cancelOnce()).toBe("provider_not_done");
    expect((await stage.result()).recipients).toMatchObject({ accepted: 2, unknown: 1 });
    expect(await stage.cancelOnce(later(29_000))).toBe("provider_not_done");
    expect(await stage.cancelOnce(later(31_000))).toEqual({ stopped: 0, too_late: 2, unknown: 1 });
    expect(await stage.result()).toMatchObject({
      state: "partial",
      recipients: { accepted: 2, unknown: 1 },
      batches: [{ canceled: true, too_late: 2, unknown: 1 }],
    });
    // It is canceled once: later looks read its report.
    expect(stage.requests("DELETE")).toBe(1);
  });

  it("is known to have been stopped as soon as the report says so", async () => {
    await stage.accept(...PEOPLE);
    stage.rig.emulator.faults.add({ match: DELETE, action: { kind: "malformed", shape: "empty", accept: true } });
    stage.rig.emulator.faults.add({ match: REPORT, action: { kind: "status", status: 404 } });
    expect(await stage.cancelOnce()).toBe("provider_not_done");
    expect((await stage.result()).recipients).toMatchObject({ accepted: 0, unknown: 3 });
    expect(await stage.cancelOnce()).toEqual({ stopped: 3, too_late: 0, unknown: 0 });
    expect(await stage.result()).toMatchObject({ state: "canceled", batches: [{ recipients: 3, canceled: true }] });
  });

  it("is unknown where the provider does not answer until the send expires", async () => {
    await stage.accept(...PEOPLE);
    await stage.sendNow();
    stage.rig.emulator.faults.add({ match: REPORT, times: null, action: { kind: "status", status: 503 } });
    expect(await stage.cancelOnce()).toBe("provider_not_asked");
    expect(await stage.cancelOnce(later(3 * DAY_MS))).toBe("provider_not_asked");
    expect(await stage.cancelOnce(later(4 * DAY_MS))).toEqual({ stopped: 0, too_late: 0, unknown: 3 });
  });
});

describe("a DELETE", () => {
  it("that is answered 404 is tried again: the batch may not be there yet", async () => {
    await stage.accept(...PEOPLE);
    stage.rig.emulator.faults.add({ match: DELETE, times: 2, action: { kind: "status", status: 404 } });
    expect(await stage.cancelOnce()).toBe("provider_not_done");
    expect(await stage.cancelOnce(later(1_000))).toBe("provider_not_done");
    expect(await stage.cancelOnce(later(2_000))).toEqual({ stopped: 3, too_late: 0, unknown: 0 });
    expect(stage.batchesLeft()).toBe(0);
  });

  it("that is answered 404 all the time is believed after the hold", async () => {
    await stage.accept(...PEOPLE);
    stage.rig.emulator.faults.add({ match: DELETE, times: null, action: { kind: "status", status: 404 } });
    expect(await stage.cancelOnce()).toBe("provider_not_done");
    expect(await stage.cancelOnce(later(31_000))).toEqual({ stopped: 0, too_late: 3, unknown: 0 });
    expect(await stage.result()).toMatchObject({ state: "accepted", recipients: { accepted: 3 } });
  });

  it("that was perhaps done leaves nobody known where the provider answers nothing more until the send expires", async () => {
    await stage.accept(...PEOPLE);
    stage.rig.emulator.faults.add({
      match: { path: "/batches/" },
      times: null,
      action: { kind: "drop", accept: false },
    });
    expect(await stage.cancelOnce()).toBe("provider_not_asked");
    expect(await stage.cancelOnce(later(2 * HOUR_MS))).toBe("provider_not_asked");
    expect(await stage.cancelOnce(later(4 * DAY_MS))).toEqual({ stopped: 0, too_late: 0, unknown: 3 });
    expect(await stage.result()).toMatchObject({ state: "unknown", batches: [{ recipients: 3, unknown: 3 }] });
    // Somebody cancels once more, and the provider is there again.
    stage.rig.emulator.faults.clear();
    await (await stage.rig.queue.getJob("cancel"))?.remove();
    expect(await stage.cancelOnce()).toEqual({ stopped: 3, too_late: 0, unknown: 0 });
    expect(await stage.result()).toMatchObject({ state: "canceled", recipients: { canceled: 3, unknown: 0 } });
  });

  it("is not made for a send whose time had come before it was canceled, but what others have canceled is seen", async () => {
    await stage.accept(...PEOPLE);
    const batchId = stage.rig.emulator.batches()[0]?.id ?? "";
    await stage.rig.client().cancelBatch(batchId);
    await stage.rig.queue.add("cancel", { send: stage.id }, { jobId: "cancel", timestamp: Date.now() + 2 * HOUR_MS });
    const answer = await stage.cancelOnce(later(3 * HOUR_MS));
    expect(answer).toEqual({ stopped: 3, too_late: 0, unknown: 0 });
    expect(stage.requests("DELETE")).toBe(1);
  });
});

describe("an answer after the time of a batch", () => {
  let answers = 0;

  async function answered() {
    answers += 1;
    return answerOf(stage.rig, { id: `mo-${answers}`, from: ANN, at: new Date(Date.now() + 2 * HOUR_MS) });
  }

  /** Lets people be texted before, and a batch to them be accepted for later. */
  async function acceptSecond(to: readonly string[]): Promise<void> {
    const { rig } = stage;
    const worker = await rig.startWorker();
    await rig.resultOf((await rig.add(textTo(...to), { jobId: "before" })).id);
    await worker.close();
    await stage.accept(...to);
    expect(await answered()).toMatchObject({ send_id: stage.id });
  }

  it.each([
    [PEOPLE, { send_id: "before" }],
    [[ANN], { send_id: null, unlinked: "overtaken" }],
  ])("is not to it where it was canceled in time: %j", async (to, told) => {
    await acceptSecond(to);
    await stage.cancelOnce();
    expect(await answered()).toMatchObject(told);
  });

  it("is not to it either where the provider has said so only when it was asked again", async () => {
    await acceptSecond(PEOPLE);
    stage.rig.emulator.faults.add({ match: DELETE, action: { kind: "malformed", shape: "empty", accept: true } });
    expect(await stage.cancelOnce()).toBe("provider_not_done");
    expect(await stage.cancelOnce()).toMatchObject({ stopped: 3 });
    expect(await answered()).toMatchObject({ send_id: "before" });
  });

  it("is in doubt where it has reached some of them", async () => {
    fate(407, ANN);
    await stage.accept(...PEOPLE);
    await stage.sendNow();
    expect(await stage.cancelOnce()).toMatchObject({ stopped: 1, too_late: 2 });
    expect(await answered()).toMatchObject({ send_id: null, unlinked: "in_doubt" });
  });

  it("is to it where it was canceled too late, once the provider says so", async () => {
    await stage.accept(...PEOPLE);
    await stage.sendNow();
    stage.rig.emulator.faults.add({ match: REPORT, action: { kind: "status", status: 404 } });
    expect(await stage.cancelOnce()).toBe("provider_not_done");
    expect(await answered()).toMatchObject({ send_id: null, unlinked: "in_doubt" });
    expect(await stage.cancelOnce(later(1_000))).toMatchObject({ too_late: 3 });
    expect(await answered()).toMatchObject({ send_id: stage.id });
  });
});
