import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { noRecipients, readJobData, readSend, sendId } from "@volley/contract";
import { type RegionRig, startRegionRig, textTo } from "../../../../test/region-rig.ts";
import { stepContext } from "../../../../test/step-context.ts";
import { holdJob } from "../terms/held-job.ts";
import { CANCELED, EXPIRED } from "../ledger/ledger.ts";
import { settleUnsent } from "./settle-unsent.ts";

const [ANN, BO, CY] = ["46701234567", "46701234568", "46701234569"] as const;

let rig: RegionRig;

beforeEach(async () => {
  rig = await startRegionRig();
});

afterEach(async () => rig.close());

it.each([EXPIRED, CANCELED])(
  "keeps whom it has not reached, with the values that are theirs: $kind",
  async (ending) => {
    const values = { [ANN]: "Ann", [BO]: "Bo", [CY]: "nobody's", default: "there" };
    const data = { ...textTo(ANN, BO, ANN, "+1"), body: "Hi ${name}!", parameters: { name: values } };
    const read = readSend(data, new Date());
    if (!read.ok) throw new Error("the send is wrong");
    const { id } = await rig.add(data, { jobId: sendId("eu") });
    const { job, free } = await rig.pickUp();
    const result = await settleUnsent(stepContext(rig), holdJob(job, "somebody else"), read.send, ending);
    await free();
    const counts = { ...noRecipients(4), duplicate: 1, rejected: 1, [ending.kind]: 2 };
    expect(result).toMatchObject({ state: ending.kind, recipients: counts, batches: [], errors: [{ recipients: 2 }] });
    const stored = readJobData((await rig.queue.getJob(String(id)))?.data);
    if (stored.kind !== "settled") throw new Error("it is not settled");
    expect(stored.data.settled).toEqual(result);
    expect(stored.data.unsent).toEqual({
      certain: [ANN, BO],
      unknown: [],
      parameters: { name: { [ANN]: "Ann", [BO]: "Bo", default: "there" } },
    });
  },
);
