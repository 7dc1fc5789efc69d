import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import {
  type Ledger,
  ledgerFields,
  type LedgerSubject,
  noRecipients,
  PART_FAILED,
  type PlannedSend,
  sendId,
  type SendResult,
  stageKey,
} from "@volley/contract";
import { type RegionRig, startRegionRig } from "../../../../test/region-rig.ts";
import { stepContext } from "../../../../test/step-context.ts";
import { holdJob } from "../terms/held-job.ts";
import { remergeSend } from "../change/change-part.ts";
import { childrenKeys, partKey } from "../region/part-keys.ts";
import type { RegionContext } from "../region/region-context.ts";
import { resolveSend } from "../change/resolve-send.ts";
import { settlePlanned } from "./settle-planned.ts";

/** Two pages of parts, and a part of a third. */
const PARTS = 201;

const STAGE = "s1";

const MESSAGE = { from: "12015550123", body: "Hi" } as PlannedSend["message"];

const PLANNED: PlannedSend["planned"] = {
  parts: PARTS,
  requested: PARTS * 1_000,
  duplicate: 0,
  rejected: 0,
  rejections: [],
  skipped: [],
  stage: STAGE,
};

let rig: RegionRig;
let context: RegionContext;
let id: string;

beforeEach(async () => {
  rig = await startRegionRig();
  context = stepContext(rig);
  id = sendId("eu");
  await rig.redis.hset(stageKey(rig.prefix, STAGE), "0", "46701234567");
});

afterEach(async () => rig.close());

function accepted(part: number): SendResult {
  return {
    state: "accepted",
    region: "eu",
    recipients: { ...noRecipients(1_000), accepted: 1_000 },
    batches: [{ id: `batch ${part}`, part, recipients: 1_000, accepted_at: "2026-12-01T12:00:00Z", adopted: false }],
    rejected: [],
    errors: [],
  };
}

/** Settles a send all of whose parts were accepted, but for those whose job failed and those that are gone. */
async function settle(failed: readonly number[], gone: readonly number[] = []): Promise<SendResult> {
  await rig.add({ message: MESSAGE, planned: PLANNED }, { jobId: id });
  const keys = childrenKeys(context, id);
  for (let part = 0; part < PARTS; part += 1) {
    const key = partKey(context, id, part);
    if (failed.includes(part)) await rig.redis.hset(keys.failed, key, "stalled");
    else if (!gone.includes(part)) await rig.redis.hset(keys.processed, key, JSON.stringify(accepted(part)));
  }
  return settleAsItIs();
}

async function settleAsItIs(): Promise<SendResult> {
  const { job, free } = await rig.pickUp();
  const result = await settlePlanned(context, holdJob(job, "somebody else"), { message: MESSAGE, planned: PLANNED });
  await free();
  return result;
}

it("drops the stage of a send whose parts all came to something", async () => {
  const result = await settle([]);
  expect(result).toMatchObject({ state: "accepted", recipients: { accepted: PARTS * 1_000, unknown: 0 } });
  expect(result.batches.map(({ part }) => part)).toEqual(Array.from({ length: PARTS }, (_, part) => part));
  expect(await rig.redis.exists(stageKey(rig.prefix, STAGE))).toBe(0);
});

it.each([
  { title: "the first page", failed: [0] },
  { title: "a page in the middle", failed: [199] },
  { title: "the last page", failed: [200] },
  { title: "several pages", failed: [3, 107, 200] },
])("keeps the stage as long as the result where the job of a part on $title failed", async ({ failed }) => {
  const unknown = failed.length * 1_000;
  expect(await settle(failed)).toMatchObject({
    state: "partial",
    recipients: { requested: PARTS * 1_000, accepted: PARTS * 1_000 - unknown, unknown },
    errors: failed.map((part) => ({ part, code: PART_FAILED, text: "stalled", recipients: 1_000, state: "unknown" })),
  });
  const ttlMs = await rig.redis.pttl(stageKey(rig.prefix, STAGE));
  expect(ttlMs).toBeGreaterThan(context.keepResults.age * 1_000 - 60_000);
  expect(ttlMs).toBeLessThanOrEqual(context.keepResults.age * 1_000);
});

it.each([0, 100, 200])(
  "gives part %d, of which there is no trace, a result for whoever changes it later",
  async (part) => {
    await settle([], [part]);
    expect(await rig.redis.exists(stageKey(rig.prefix, STAGE))).toBe(1);
    const { processed } = childrenKeys(context, id);
    const stored = JSON.parse((await rig.redis.hget(processed, partKey(context, id, part))) ?? "null");
    expect(stored).toMatchObject({ state: "unknown", recipients: { requested: 1_000, unknown: 1_000 } });
    expect(await rig.redis.hlen(processed)).toBe(PARTS);
  },
);

/** Of 1,000 people: a batch of 400, one who was rejected, a lot that was rejected, and 498 of whom nothing is decided. */
const LEDGER: Ledger = {
  pending: [[502, 1_000]],
  taken: 400,
  batches: [{ id: "batch of a lot", recipients: 400, accepted_at: "2026-12-01T12:00:00Z", adopted: false }],
  rejected: [{ recipient: "46700000500", place: 500, code: "unknown_group", text: "who is that" }],
  failures: [{ ending: "rejected", code: "http_403", text: "no", recipients: people(101) }],
  suppressed: [],
  refusals: 2,
  alone: 0,
};

function people(count: number): string[] {
  return Array.from({ length: count }, (_, index) => String(46_700_000_400 + index));
}

/** Keeps how far part 7 is with its lots. */
async function beginPart(of: LedgerSubject, ledger: Ledger): Promise<void> {
  const fields = ["data", JSON.stringify(MESSAGE), ...ledgerFields(of, ledger, null).flat()];
  await rig.redis.hset(partKey(context, id, 7), ...fields);
}

describe("a part whose job failed after some of its lots", () => {
  const subject = { content: "digest", people: 1_000, duplicate: 0, rejected: 0 };

  const counts = { ...noRecipients(PARTS * 1_000), accepted: (PARTS - 1) * 1_000 + 400, rejected: 102, unknown: 498 };

  async function settleBegun(): Promise<SendResult> {
    await beginPart(subject, LEDGER);
    return settle([7]);
  }

  it("counts as unknown only those of whom its ledger knows nothing, and names its batches and whom it rejected", async () => {
    const result = await settleBegun();
    expect(result).toMatchObject({
      state: "partial",
      recipients: counts,
      rejected: [{ recipient: "46700000500", index: 7_500, reason: "unknown_group", by: "provider" }],
      errors: [
        { part: 7, code: "http_403", recipients: 101, state: "rejected" },
        { part: 7, code: PART_FAILED, text: "stalled", recipients: 498, state: "unknown" },
        { part: 7, code: "unknown_group", recipients: 1, state: "rejected" },
      ],
    });
    expect(result.batches).toContainEqual({ ...LEDGER.batches[0], part: 7 });
    expect(await rig.redis.exists(stageKey(rig.prefix, STAGE))).toBe(1);
  });

  it("comes to the same when its send is settled once more, or its results are added up again", async () => {
    const result = await settleBegun();
    expect(await settleAsItIs()).toEqual(result);
    await rig.redis.hset(rig.queue.toKey(id), "returnvalue", JSON.stringify(result));
    expect(await remergeSend(context, id, PARTS)).toEqual(result);
  });

  it("leaves to a decision those who are unknown and nobody else", async () => {
    const result = await settleBegun();
    await rig.redis.hset(rig.queue.toKey(id), "returnvalue", JSON.stringify(result));
    const decision = "not_sent";
    const job = await rig.queue.add("resolve", { send: id, decision });
    expect(await resolveSend(context, job)).toEqual({ resolved: 498, decision });
    const { returnvalue } = (await rig.queue.getJob(id)) ?? {};
    expect(returnvalue).toMatchObject({ recipients: { ...counts, rejected: 600, unknown: 0 } });
  });

  it("tells nothing of a part that was to others than was planned", async () => {
    const others = { ...subject, people: 999 };
    await beginPart(others, { ...LEDGER, pending: [[502, 999]] });
    expect(await settle([7])).toMatchObject({ errors: [{ part: 7, code: PART_FAILED, recipients: 1_000 }] });
  });
});

it("takes the result of a part that only its completion failed of", async () => {
  const settled = accepted(7);
  await rig.redis.hset(partKey(context, id, 7), "data", JSON.stringify({ message: MESSAGE, settled }));
  expect(await settle([7])).toMatchObject({ state: "accepted", recipients: { accepted: PARTS * 1_000 }, errors: [] });
  const { processed } = childrenKeys(context, id);
  expect(JSON.parse((await rig.redis.hget(processed, partKey(context, id, 7))) ?? "null")).toEqual(settled);
  expect(await rig.redis.exists(stageKey(rig.prefix, STAGE))).toBe(0);
});
