import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { noRecipients, sendId, type SendResult } from "@volley/contract";
import { type RegionRig, startRegionRig } from "../../../../test/region-rig.ts";
import { stepContext } from "../../../../test/step-context.ts";
import { resolveSend } from "./resolve-send.ts";

/** One send in which somebody was rejected, about somebody nobody knows, and two batches were taken back, perhaps too late. */
const RESULT: SendResult = {
  state: "partial",
  region: "eu",
  recipients: { ...noRecipients(100), accepted: 20, rejected: 10, canceled: 10, unknown: 60 },
  batches: [
    { id: "a", part: 0, recipients: 30, accepted_at: "", adopted: false, canceled: true, too_late: 10, unknown: 10 },
    { id: "b", part: 0, recipients: 30, accepted_at: "", adopted: false, unknown: 20 },
  ],
  rejected: [],
  errors: [
    { part: 0, code: "syntax_invalid_json", text: "no", recipients: 10, state: "rejected" },
    { part: 0, code: "http_502", text: "bad gateway", recipients: 30, state: "unknown" },
  ],
};

let rig: RegionRig;
let id: string;

beforeEach(async () => {
  rig = await startRegionRig();
  id = sendId("eu");
  await rig.add({ message: { from: "12015550123" }, settled: RESULT }, { jobId: id });
  await rig.redis.hset(rig.queue.toKey(id), "returnvalue", JSON.stringify(RESULT));
});

afterEach(async () => rig.close());

async function resolve(decision: "sent" | "not_sent"): Promise<SendResult> {
  const job = await rig.queue.add("resolve", { send: id, decision });
  expect(await resolveSend(stepContext(rig), job)).toEqual({ resolved: 60, decision });
  return (await rig.queue.getJob(id))?.returnvalue;
}

it("leaves what was refused in the same part with the provider's own words when the others were not sent", async () => {
  expect(await resolve("not_sent")).toMatchObject({
    state: "partial",
    recipients: { ...noRecipients(100), accepted: 20, rejected: 40, canceled: 40, unknown: 0 },
    batches: [
      { id: "a", canceled: true, too_late: 10 },
      { id: "b", canceled: true, too_late: 10 },
    ],
    errors: [
      { code: "syntax_invalid_json", recipients: 10, state: "rejected" },
      { code: "resolved_not_sent", recipients: 30, state: "rejected" },
    ],
  });
});

it("counts everybody as accepted about whom nobody knew when they were sent", async () => {
  const result = await resolve("sent");
  expect(result).toMatchObject({
    state: "partial",
    recipients: { ...noRecipients(100), accepted: 80, rejected: 10, canceled: 10, unknown: 0 },
    errors: [
      { code: "syntax_invalid_json", state: "rejected" },
      { code: "http_502", state: "accepted" },
    ],
  });
  expect(result.batches).toEqual([
    { ...RESULT.batches[0], too_late: 20, unknown: undefined },
    { ...RESULT.batches[1], unknown: undefined },
  ]);
});
