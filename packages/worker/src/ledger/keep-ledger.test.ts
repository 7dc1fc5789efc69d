import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { decisionFields, type KeptLedger, LEDGER_FIELD } from "@volley/contract";
import type { Redis } from "ioredis";
import { numbers, type RegionRig, startRegionRig, textTo } from "../../../../test/region-rig.ts";
import { stepContext } from "../../../../test/step-context.ts";
import { nextLot } from "./cut-lot.ts";
import { keepLedger, readKeptLedger } from "./keep-ledger.ts";
import { closeLot, type Ledger, openLedger } from "./ledger.ts";
import type { RegionContext } from "../region/region-context.ts";
import { type HeldJob, holdJob } from "../terms/held-job.ts";

const PEOPLE = numbers(6);

/** How far the job is after 0, 1, 2 … lots of two. */
const STEPS = [0, 1, 2].map((lots) => stepAfter(lots));

let rig: RegionRig;
let context: RegionContext;
let held: HeldJob;
let key: string;

beforeEach(async () => {
  rig = await startRegionRig();
  context = stepContext(rig);
  const job = await rig.add(textTo(...PEOPLE));
  held = holdJob(job, "ours");
  key = rig.queue.toKey(String(job.id));
  await rig.redis.set(`${key}:lock`, held.token);
});

afterEach(async () => rig.close());

function stepAfter(lots: number): KeptLedger {
  let ledger: Ledger = openLedger(PEOPLE);
  for (let at = 0; at < lots; at += 1) {
    const lot = nextLot(ledger, 2, () => 1);
    if (lot === null) throw new Error("nobody is pending");
    const acceptedAt = "2026-12-01T08:00:00Z";
    ledger = closeLot(ledger, lot, { kind: "accepted", batchId: `batch ${at}`, acceptedAt, adopted: false });
  }
  const { people, ...stored } = ledger;
  return { subject: { content: "digest", people: people.length, duplicate: 0, rejected: 0 }, ledger: stored };
}

function step(lots: number): KeptLedger {
  const found = STEPS[lots];
  if (!found) throw new Error("there is no such step");
  return found;
}

async function keep(lots: number, before: number | null, within = context): Promise<unknown> {
  return keepLedger(within, held, step(lots), { before: before === null ? null : step(before), line: `lot ${lots}` });
}

describe("keepLedger", () => {
  it("keeps each step, and the line with it", async () => {
    await keep(1, null);
    await keep(2, 1);
    expect(await readKeptLedger(context, String(held.job.id))).toEqual(step(2));
    expect((await rig.queue.getJobLogs(String(held.job.id))).logs).toEqual(["lot 1", "lot 2"]);
  });

  it("leaves the job's data as they are", async () => {
    const before = await rig.redis.hget(key, "data");
    await keep(1, null);
    expect(await rig.redis.hget(key, "data")).toBe(before);
  });

  it.each([
    { title: "the whole step before", forget: async () => rig.redis.hdel(key, LEDGER_FIELD, ...decisionFields(0, 1)) },
    {
      title: "more than that, and knows an older one",
      forget: async () => {
        await rig.redis.hdel(key, LEDGER_FIELD, ...decisionFields(0, 1));
        await keep(0, null);
      },
    },
  ])("writes everything once more where Redis has forgotten $title", async ({ forget }) => {
    await keep(1, null);
    await forget();
    await keep(2, 1);
    expect(await readKeptLedger(context, String(held.job.id))).toEqual(step(2));
  });

  it("takes a step that a connection sent twice, because it was lost before the answer, for one", async () => {
    const redis = Object.create(rig.redis, {
      eval: {
        value: async (...command: Parameters<Redis["eval"]>): Promise<unknown> => {
          await rig.redis.eval(...command);
          return rig.redis.eval(...command);
        },
      },
    });
    const twice = { ...context, redis };
    await keep(1, null, twice);
    await keep(2, 1, twice);
    expect(await readKeptLedger(context, String(held.job.id))).toEqual(step(2));
    expect((await rig.queue.getJobLogs(String(held.job.id))).logs).toEqual(["lot 1", "lot 2"]);
  });

  it("writes nothing over a ledger that nobody has read, however alike it looks", async () => {
    await keep(1, null);
    const { subject, ledger } = step(1);
    const other = { subject, ledger: { ...ledger, batches: ledger.batches.map((batch) => ({ ...batch, id: "c" })) } };
    const late = keepLedger(context, held, other, { before: null, line: "late" });
    await expect(late).rejects.toThrow("a ledger is there that was not read");
    expect(await readKeptLedger(context, String(held.job.id))).toEqual(step(1));
  });

  it("keeps nothing of a worker that has lost the job: another one may be further", async () => {
    await keep(2, null);
    const late = keepLedger(context, { ...held, token: "lost" }, step(1), { before: null, line: "late" });
    await expect(late).rejects.toThrow("the job's lock is lost");
    expect(await readKeptLedger(context, String(held.job.id))).toEqual(step(2));
  });

  it("makes no job of one that is gone", async () => {
    await rig.redis.del(key);
    await expect(keep(1, null)).rejects.toThrow("the job's lock is lost");
    expect(await rig.redis.exists(key)).toBe(0);
  });
});

describe("readKeptLedger", () => {
  it("knows of none where nothing was kept", async () => {
    expect(await readKeptLedger(context, String(held.job.id))).toBeNull();
  });

  it("knows of none where a decision is missing: its people would be in no count", async () => {
    await keep(2, null);
    await rig.redis.hdel(key, ...decisionFields(0, 1));
    expect(await readKeptLedger(context, String(held.job.id))).toBeNull();
  });
});
