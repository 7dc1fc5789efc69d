import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { SinchClient } from "@volley/sinch";
import { numbers } from "../../../../test/region-rig.ts";
import { type CancelRig, later, startCancelRig } from "../../../../test/cancel-rig.ts";
import type { RegionContext } from "../region/region-context.ts";

const HOUR_MS = 3_600_000;

const DAY_MS = 24 * HOUR_MS;

const PEOPLE = numbers(3);

const DELETE = { method: "DELETE" };

/** Parts whose results are read together, and one more. */
const TWO_PAGES = 101;

let stage: CancelRig;

beforeEach(async () => {
  stage = await startCancelRig();
});

afterEach(async () => stage.close());

/** Takes back nothing more after so many batches: the process is gone. */
function dyingAfter(count: number): Partial<RegionContext> {
  const { client } = stage.context;
  let done = 0;
  const cancelBatch: SinchClient["cancelBatch"] = async (batchId) => {
    if (done >= count) throw new Error("gone");
    done += 1;
    const answer = await client.cancelBatch(batchId);
    if (done >= count) throw new Error("gone");
    return answer;
  };
  return { client: { ...client, cancelBatch } };
}

describe("a worker that dies in the middle of a cancellation", () => {
  it("right after the DELETE leaves it to the next one to count, even when the time of the send has come", async () => {
    await stage.accept(...PEOPLE);
    await expect(stage.cancelOnce(dyingAfter(1))).rejects.toThrow("gone");
    await stage.dropCancellation();
    expect((await stage.result()).recipients).toMatchObject({ accepted: 3, canceled: 0 });
    expect(await stage.cancelOnce(later(2 * HOUR_MS))).toEqual({ stopped: 3, too_late: 0, unknown: 0 });
    expect(await stage.result()).toMatchObject({ state: "canceled", batches: [{ canceled: true }] });
  });

  it("between two pages of parts leaves it to the next one to go on, even when the time of the send has come", async () => {
    await stage.acceptParts(TWO_PAGES);
    await expect(stage.cancelOnce(dyingAfter(TWO_PAGES))).rejects.toThrow("gone");
    await stage.dropCancellation();
    expect(stage.batchesLeft()).toBe(0);
    expect(await stage.cancelOnce(later(2 * HOUR_MS))).toEqual({ stopped: TWO_PAGES, too_late: 0, unknown: 0 });
    expect(await stage.result()).toMatchObject({ state: "canceled", recipients: { canceled: TWO_PAGES, accepted: 0 } });
  });

  it("before the send's own result is written leaves that to the next one", async () => {
    await stage.acceptParts(2);
    const queue = Object.assign(Object.create(stage.context.queue) as typeof stage.context.queue, {
      getJob: async (jobId: string) => {
        if (stage.batchesLeft() === 0 && jobId === stage.id) throw new Error("gone");
        return stage.context.queue.getJob(jobId);
      },
    });
    await expect(stage.cancelOnce({ queue })).rejects.toThrow("gone");
    await stage.dropCancellation();
    expect((await stage.result()).recipients).toMatchObject({ accepted: 2, canceled: 0 });
    expect(await stage.cancelOnce(later(2 * HOUR_MS))).toEqual({ stopped: 2, too_late: 0, unknown: 0 });
    expect((await stage.result()).recipients).toMatchObject({ accepted: 0, canceled: 2 });
  });
});

describe("parts over two pages", () => {
  it("are all taken back, also the one on the last page", async () => {
    await stage.acceptParts(TWO_PAGES);
    expect(await stage.cancelOnce()).toEqual({ stopped: TWO_PAGES, too_late: 0, unknown: 0 });
    expect(stage.batchesLeft()).toBe(0);
  });

  it("are tried again when one of the first page could not be, and not counted twice", async () => {
    await stage.acceptParts(TWO_PAGES);
    stage.rig.emulator.faults.add({ match: DELETE, action: { kind: "drop", accept: true } });
    expect(await stage.cancelOnce()).toBe("provider_not_asked");
    expect((await stage.result()).recipients).toMatchObject({ canceled: TWO_PAGES - 1, accepted: 1 });
    expect(await stage.cancelOnce()).toEqual({ stopped: TWO_PAGES, too_late: 0, unknown: 0 });
    expect(stage.requests("DELETE")).toBe(TWO_PAGES + 1);
  });

  it("are not asked about one after the other by a provider that wants to be left alone", async () => {
    await stage.acceptParts(TWO_PAGES);
    stage.rig.emulator.faults.add({ match: DELETE, times: null, action: { kind: "status", status: 429 } });
    expect(await stage.cancelOnce()).toBe("provider_not_asked");
    expect(stage.requests("DELETE")).toBe(TWO_PAGES - 1);
  });

  it("are unknown without further questions where the provider does not answer until the send expires", async () => {
    await stage.acceptParts(TWO_PAGES);
    stage.rig.emulator.faults.add({ match: DELETE, times: null, action: { kind: "status", status: 503 } });
    expect(await stage.cancelOnce()).toBe("provider_not_asked");
    expect(await stage.cancelOnce(later(4 * DAY_MS))).toEqual({ stopped: 0, too_late: 0, unknown: TWO_PAGES });
    expect(stage.requests("DELETE")).toBe(2 * (TWO_PAGES - 1));
  });
});
