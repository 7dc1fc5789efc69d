import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { claimKey, noRecipients, partId, type RecipientCounts, sendId, type SendResult } from "@volley/contract";
import { numbers, type RegionRig, startRegionRig, textTo } from "../../../test/region-rig.ts";
import { inWords } from "./record-result.ts";

describe("inWords", () => {
  it.each<{ counts: Partial<RecipientCounts>; words: string }>([
    { counts: {}, words: "nobody" },
    { counts: { accepted: 2 }, words: "2 accepted" },
    { counts: { rejected: 1, accepted: 2 }, words: "2 accepted, 1 rejected" },
    {
      counts: { accepted: 1, rejected: 2, duplicate: 3, suppressed: 4, expired: 5, canceled: 6, unknown: 7 },
      words: "1 accepted, 2 rejected, 3 duplicate, 4 suppressed, 5 expired, 6 canceled, 7 unknown",
    },
  ])("says $words", ({ counts, words }) => {
    expect(inWords(resultWith(counts))).toBe(words);
  });
});

describe("the claim of a send whose producer died before it knew that the send was enqueued", () => {
  let rig: RegionRig;

  beforeEach(async () => {
    rig = await startRegionRig();
  });

  afterEach(async () => rig.close());

  it.each([1, 1_001])(
    "is written down as enqueued with the result of %d recipients, for as long as before",
    async (count) => {
      const id = sendId("eu");
      const key = claimKey(rig.prefix, id);
      await rig.redis.set(key, "begun a1b2 5,4,1,0", "PX", 1e9);
      await rig.redis.set(claimKey(rig.prefix, partId(id, 0)), "begun c3", "PX", 1e9);
      await rig.add(textTo(...numbers(count)), { jobId: id });
      await rig.startWorker();
      await rig.resultOf(id);
      expect(await rig.redis.get(key)).toBe("enqueued a1b2 5,4,1,0");
      expect(await rig.redis.pttl(key)).toBeGreaterThan(9e8);
      expect(await rig.redis.get(claimKey(rig.prefix, partId(id, 0)))).toBe("begun c3");
    },
  );

  it("stays away where there is none", async () => {
    const job = await rig.add(textTo(...numbers(1)));
    await rig.startWorker();
    await rig.resultOf(job.id);
    expect(await rig.redis.exists(claimKey(rig.prefix, String(job.id)))).toBe(0);
  });
});

function resultWith(counts: Partial<RecipientCounts>): SendResult {
  return {
    state: "accepted",
    region: "eu",
    recipients: { ...noRecipients(28), ...counts },
    batches: [],
    refused: [],
    errors: [],
  };
}
