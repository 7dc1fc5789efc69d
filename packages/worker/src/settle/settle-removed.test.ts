import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { noRecipients, partId, readSend, sendId } from "@volley/contract";
import { redisForgets } from "../../../../test/redis-forgets.ts";
import { crewKeys } from "../redis/crew.ts";
import { numbers, type RegionRig, startRegionRig, textTo } from "../../../../test/region-rig.ts";
import { eventually } from "../../../../test/stage/eventually.ts";
import { stepContext } from "../../../../test/step-context.ts";
import { holdJob } from "../terms/held-job.ts";
import { childrenKeys, partKey, unbegunKey } from "../region/part-keys.ts";
import { beginPlan } from "../plan/plan-record.ts";
import { settleRemoved } from "./settle-removed.ts";
import { planOf } from "../plan/split-send.ts";

const EVERYBODY = numbers(2_500);
const REMOVED = { code: "part_removed", state: "rejected" };
const UNKNOWN = { code: "part_failed", state: "unknown" };

let rig: RegionRig;
let id: string;

beforeEach(async () => {
  rig = await startRegionRig();
  id = sendId("eu");
});

afterEach(async () => rig.close());

/** Drains the queue while the request of the first part is under way. */
async function drainMeanwhile(beforeDraining: () => Promise<unknown> = async () => null): Promise<void> {
  rig.emulator.faults.add({ match: { method: "POST" }, action: { kind: "latency", ms: 1_000 } });
  await rig.add(textTo(...EVERYBODY), { jobId: id });
  await rig.startWorker({ concurrency: 1 });
  await eventually(() => rig.emulator.requests().length > 0, "the first request");
  await beforeDraining();
  await rig.queue.drain(true);
}

describe("parts that somebody has removed from the queue", () => {
  it("were certainly not sent where none of their requests was ever made, and are counted so", async () => {
    await drainMeanwhile();
    expect(await rig.resultOf(id)).toMatchObject({
      state: "partial",
      recipients: { ...noRecipients(2_500), accepted: 1_000, rejected: 1_500 },
      errors: [
        { part: 1, recipients: 1_000, ...REMOVED },
        { part: 2, recipients: 500, ...REMOVED },
      ],
    });
    expect(EVERYBODY.filter((number) => rig.emulator.timesTexted(number) > 0)).toHaveLength(1_000);
    expect(await rig.redis.exists(unbegunKey(rig, id))).toBe(0);
  });

  it("are unknown where Redis may have forgotten a request", async () => {
    await drainMeanwhile(async () => redisForgets(rig.redis, rig.prefix));
    expect(await rig.resultOf(id)).toMatchObject({
      recipients: { accepted: 1_000, rejected: 0, unknown: 1_500 },
      errors: [
        { part: 1, ...UNKNOWN },
        { part: 2, ...UNKNOWN },
      ],
    });
  });

  it("are unknown where a request of theirs was made before they went back to the queue", async () => {
    const drop = { kind: "drop", accept: true } as const;
    rig.emulator.faults.add({ match: { method: "POST", recipient: EVERYBODY[1_500] ?? "" }, action: drop });
    await rig.add(textTo(...EVERYBODY), { jobId: id });
    const mute = { kind: "status", status: 503 } as const;
    rig.emulator.faults.add({ match: { method: "GET" }, times: null, action: mute });
    await rig.startWorker({ settings: { unknownHoldMs: 60_000 } });
    await Promise.all([rig.resultOf(partId(id, 0)), rig.resultOf(partId(id, 2))]);
    await eventually(async () => {
      const job = await rig.queue.getJob(partId(id, 1));
      return job?.remove().then(
        () => true,
        () => false,
      );
    }, "the removal of the part in doubt");
    expect(await rig.resultOf(id)).toMatchObject({
      recipients: { accepted: 1_500, rejected: 0, unknown: 1_000 },
      errors: [{ part: 1, recipients: 1_000, ...UNKNOWN }],
    });
  });
});

describe("a part that comes back after its send has looked for it", () => {
  it("has ended where it was taken for removed, and was not removed where its fence came first", async () => {
    const context = stepContext(rig);
    await rig.add(textTo(...EVERYBODY), { jobId: id });
    const { job, free } = await rig.pickUp();
    const held = holdJob(job, "somebody else");
    const read = readSend(textTo(...EVERYBODY), new Date());
    if (!read.ok) throw new Error(JSON.stringify(read.problems));
    const plan = planOf(read.send, new Date(Date.now() + 60_000));
    await beginPlan(context, held, plan);
    const { processed } = childrenKeys(context, id);
    const fence = async (part: number): Promise<unknown> => {
      const key = partKey(context, id, part);
      await rig.redis.set(`${key}:lock`, "a token");
      await context.crew.admitted();
      const { crew, writes } = crewKeys(rig.prefix);
      const keys = [
        `${key}:lock`,
        "{none}",
        unbegunKey(context, id),
        processed,
        crew,
        writes,
        "{none}",
        "{none}",
        "{none}",
      ];
      const note = ["", "", "", "", ""];
      return context.scripts.fence({ keys, values: ["a token", 1_000, part, key, context.crew.me, ...note] });
    };
    const passed = [expect.any(Number), 0, ""];
    expect(await fence(1)).toEqual(passed);
    const closed = await settleRemoved(context, held, plan.planned, {
      page: { first: 0, last: 2 },
      ended: new Map(),
      failed: new Map(),
    });
    expect([...closed.keys()]).toEqual([0, 2]);
    expect([await fence(0), await fence(1), await fence(2)]).toEqual([-1, passed, -1]);
    // Planned once more, nothing that was begun counts as if it never had been.
    await beginPlan(context, held, plan);
    expect(await rig.redis.getbit(unbegunKey(context, id), 1)).toBe(0);
    await free();
  });
});
