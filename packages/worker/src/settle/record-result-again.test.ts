import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { type AcceptedBatch, noRecipients, type SendResult } from "@volley/contract";
import { type RegionRig, startRegionRig, textTo } from "../../../../test/region-rig.ts";
import { stepContext } from "../../../../test/step-context.ts";
import { holdJob } from "../terms/held-job.ts";
import { recordResult } from "./record-result.ts";

const HELD = "somebody else";

let rig: RegionRig;

beforeEach(async () => {
  rig = await startRegionRig();
});

afterEach(async () => rig.close());

/** As a Redis that ends when it has written and before it has answered: the same is sent once more, after the lock. */
async function recordTwice(batch: Partial<AcceptedBatch>): Promise<number> {
  await rig.add(textTo("46701234567"));
  const { job, free } = await rig.pickUp();
  const context = stepContext(rig);
  const { scripts, observer } = context;
  let accepted = 0;
  const doubled = {
    ...context,
    observer: {
      ...observer,
      ended: (event: { recipients: { accepted: number } }) => (accepted += event.recipients.accepted),
    },
    scripts: {
      ...scripts,
      store: async (call: Parameters<typeof scripts.store>[0]) => {
        const lock = `${rig.queue.toKey(String(job.id))}:lock`;
        await scripts.store(call);
        await rig.redis.set(lock, "another worker");
        const answer = await scripts.store(call);
        await rig.redis.set(lock, HELD);
        return answer;
      },
    },
  };
  await recordResult(doubled, holdJob(job, HELD), resultWith(batch), { message: {}, line: "" }).catch(() => null);
  await free();
  return accepted;
}

function resultWith(batch: Partial<AcceptedBatch>): SendResult {
  const made = { id: "01", part: 0, recipients: 1, accepted_at: "2026-12-01T08:00:00.000Z", adopted: false };
  return {
    state: "accepted",
    region: rig.region,
    recipients: { ...noRecipients(1), accepted: 1 },
    batches: [{ ...made, ...batch }],
    rejected: [],
    errors: [],
  };
}

it("counts a result that Redis has written without saying so", async () => {
  expect(await recordTwice({})).toBe(1);
});

it("does not where another worker may have written and counted the same", async () => {
  expect(await recordTwice({ adopted: true })).toBe(0);
});
