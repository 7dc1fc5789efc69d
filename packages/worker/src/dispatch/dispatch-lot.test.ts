import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { cancelKey, DEFAULT_REGION_LIMITS, sendId, type SendResult, sendResultSchema } from "@volley/contract";
import type { SinchClient } from "@volley/sinch";
import { type RegionRig, startRegionRig, textTo } from "../../../../test/region-rig.ts";
import { stepContext } from "../../../../test/step-context.ts";
import { type Note, readNote } from "../job/note.ts";
import { processSafely } from "../process/process-safely.ts";
import type { RegionContext } from "../region/region-context.ts";

const ANN = "46701234567";

let rig: RegionRig;
let context: RegionContext;
let id: string;

beforeEach(async () => {
  rig = await startRegionRig();
  context = stepContext(rig);
  id = sendId("eu");
});

afterEach(async () => rig.close());

/** A note by which a request is in doubt, and has been for longer than the hold; or one by which none is. */
function noteOf(isDoubtful: boolean, tries = 1): Note {
  const at = new Date(Date.now() - 60_000).toISOString();
  const last = { outcome: isDoubtful ? "unknown" : "throttled", code: "http_000", at };
  return { pickup: 0, tries, looks: 3, unknown_since: isDoubtful ? at : null, last };
}

/** Works on the send once. @returns what it came to, or the note that was left when it went back to the queue */
async function workOnce(
  changes: Partial<RegionContext> = {},
  { send = {}, note = noteOf(false) }: { readonly send?: object; readonly note?: Note } = {},
): Promise<SendResult | Note | null> {
  await (await rig.add({ ...textTo(ANN), ...send }, { jobId: id })).updateProgress(note);
  const { job, free } = await rig.pickUp();
  try {
    return sendResultSchema.parse(await processSafely({ ...context, ...changes }, job, "somebody else"));
  } catch {
    return readNote((await rig.queue.getJob(id))?.progress);
  } finally {
    await free().catch(() => {});
  }
}

async function cancel(): Promise<void> {
  const timestamp = Date.now();
  const key = cancelKey(rig.prefix, rig.region, { id, timestamp });
  await rig.redis.set(key, "1");
}

function requests(): string[] {
  return rig.emulator.requests().map(({ method }) => method);
}

/** What the region's guard says, whatever it has heard. */
function suspended(isSuspended: boolean): Partial<RegionContext> {
  return { guard: { ...context.guard, isSuspended: () => isSuspended } };
}

/** The provider has the batch of the send. */
async function accept(): Promise<void> {
  const outcome = await rig.client().sendBatch({ ...textTo(ANN), client_reference: `~${id}` });
  if (outcome.kind !== "accepted") throw new Error("the batch was not accepted");
}

const BOTH = [false, true];

describe.each(BOTH)("in a region that is suspended (%p)", (isSuspended) => {
  it.each(BOTH)(
    "a part that may have been accepted is asked about, also when it is canceled (%p)",
    async (isCanceled) => {
      await accept();
      if (isCanceled) await cancel();
      const result = await workOnce(suspended(isSuspended), { note: noteOf(true) });
      expect(result).toMatchObject({ state: "accepted", batches: [{ adopted: true }] });
      expect(requests()).toEqual(["POST", "GET"]);
    },
  );

  it.each(BOTH)("one that was not accepted after all is sent unless it is canceled (%p)", async (isCanceled) => {
    if (isCanceled) await cancel();
    const result = await workOnce(suspended(isSuspended), { note: noteOf(true) });
    expect(result).toMatchObject({ state: isCanceled ? "canceled" : "accepted" });
    expect(requests()).toEqual(isCanceled ? ["GET"] : ["GET", "POST"]);
  });

  it.each(BOTH)(
    "one that was certainly never sent is asked about by none when it is canceled (%p)",
    async (isCanceled) => {
      if (isCanceled) await cancel();
      const result = await workOnce(suspended(isSuspended));
      expect(result).toMatchObject({ state: isCanceled ? "canceled" : "accepted" });
      expect(requests()).toEqual(isCanceled ? [] : isSuspended ? ["GET", "POST"] : ["POST"]);
    },
  );

  it.each(BOTH)("one that has expired is asked about only where it may have been accepted (%p)", async (isDoubtful) => {
    const expire_at = new Date(Date.now() - 1).toISOString();
    if (isDoubtful) await accept();
    const result = await workOnce(suspended(isSuspended), { send: { expire_at }, note: noteOf(isDoubtful) });
    expect(result).toMatchObject({ state: isDoubtful ? "accepted" : "expired" });
    expect(requests()).toEqual(isDoubtful ? ["POST", "GET"] : []);
  });
});

describe("a question about a part that may have been accepted", () => {
  it("is its own, and never the one by which others try a suspended region", async () => {
    await accept();
    const guard = {
      ...context.guard,
      isSuspended: () => true,
      probe: async () => ({ kind: "absent" }) as const,
    };
    expect(await workOnce({ guard }, { note: noteOf(true) })).toMatchObject({ batches: [{ adopted: true }] });
  });

  it("that is not answered leaves what is known as it was", async () => {
    rig.emulator.faults.add({ match: { method: "GET" }, action: { kind: "status", status: 503 } });
    const note = noteOf(true, 7);
    const left = await workOnce({}, { note });
    expect(left).toMatchObject({ tries: 7, looks: 3, unknown_since: note.unknown_since, last: { code: "http_503" } });
  });
});

it("a part that was certainly never sent is not unknown because a suspended region could not be tried in its time", async () => {
  const before = new Date();
  const expireAt = new Date(before.getTime() + 60_000);
  let at = before;
  const findBatch: SinchClient["findBatch"] = async () => {
    at = expireAt;
    const failure = {
      kind: "unavailable",
      code: "http_503",
      text: "",
      retryAfterMs: null,
      mayBeAccepted: false,
    } as const;
    return { kind: "unasked", failure };
  };
  const changes = { ...suspended(true), client: { ...context.client, findBatch }, now: () => at };
  const left = await workOnce(changes, { send: { expire_at: expireAt.toISOString() } });
  expect(left).toMatchObject({ unknown_since: null, last: { outcome: "unavailable" } });
});

describe("a request that is refused for now", () => {
  it("is counted", async () => {
    rig.emulator.faults.add({ action: { kind: "status", status: 429 } });
    const left = await workOnce({}, { note: noteOf(false, 7) });
    expect(left).toMatchObject({ tries: 8, looks: 0, unknown_since: null, last: { code: "http_429" } });
  });
});

describe("the time of a request", () => {
  const now = new Date();

  /** When it must have been written, and what is known by then. */
  async function notAfterOf(expireAt: Date): Promise<Date | undefined> {
    const seen: (Date | undefined)[] = [];
    const sendBatch: SinchClient["sendBatch"] = async (_batch, options) => {
      seen.push(options?.notAfter);
      return { kind: "accepted", batchId: "01H", acceptedAt: now.toISOString() };
    };
    const client = { ...context.client, sendBatch };
    await workOnce({ client, now: () => now }, { send: { expire_at: expireAt.toISOString() } });
    expect(seen).toHaveLength(1);
    return seen[0];
  }

  it("is soon after the fence", async () => {
    expect(await notAfterOf(new Date(now.getTime() + 60_000))).toEqual(new Date(now.getTime() + 2_000));
  });

  it("is never after the send has expired", async () => {
    const expireAt = new Date(now.getTime() + 700);
    expect(await notAfterOf(expireAt)).toEqual(expireAt);
  });

  it("is looked at once more behind the fence", async () => {
    const expireAt = new Date(now.getTime() + 1_000);
    let at = now;
    const fence: RegionContext["scripts"]["fence"] = async (operands) => {
      at = expireAt;
      return context.scripts.fence(operands);
    };
    const changes = { scripts: { ...context.scripts, fence }, now: () => at };
    expect(await workOnce(changes, { send: { expire_at: expireAt.toISOString() } })).toMatchObject({
      state: "expired",
    });
    expect(requests()).toEqual([]);
  });
});

it("a part that is canceled uses up nothing of the pace of others", async () => {
  await cancel();
  const limits = { ...context.limits, current: () => ({ ...DEFAULT_REGION_LIMITS, rate: 10 }) };
  let reserved = 0;
  const reserve: RegionContext["pacer"]["reserve"] = async (request) => {
    reserved += 1;
    return context.pacer.reserve(request);
  };
  const changes = { limits, pacer: { ...context.pacer, reserve } };
  expect(await workOnce(changes)).toMatchObject({ state: "canceled" });
  expect(reserved).toBe(0);
});
