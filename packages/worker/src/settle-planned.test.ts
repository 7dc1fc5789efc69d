import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { noRecipients, PART_FAILED, type PlannedSend, sendId, type SendResult, stageKey } from "@volley/contract";
import { type RegionRig, startRegionRig } from "../../../test/region-rig.ts";
import { stepContext } from "../../../test/step-context.ts";
import { childrenKeys, partKey } from "./part-keys.ts";
import type { RegionContext } from "./region-context.ts";
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
  refused: [],
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
    refused: [],
    errors: [],
  };
}

/** Settles a send all of whose parts were accepted, but for those whose job failed and those that are gone. */
async function settle(failed: readonly number[], gone: readonly number[] = []): Promise<SendResult> {
  await rig.add({ message: MESSAGE, planned: PLANNED }, { jobId: id });
  const { job, free } = await rig.pickUp();
  const keys = childrenKeys(context, id);
  for (let part = 0; part < PARTS; part += 1) {
    const key = partKey(context, id, part);
    if (failed.includes(part)) await rig.redis.hset(keys.failed, key, "stalled");
    else if (!gone.includes(part)) await rig.redis.hset(keys.processed, key, JSON.stringify(accepted(part)));
  }
  const result = await settlePlanned(context, job, "somebody else", { message: MESSAGE, planned: PLANNED });
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
