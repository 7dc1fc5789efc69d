import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { answerOf } from "../../../../test/answer.ts";
import { type RegionRig, startRegionRig, textTo } from "../../../../test/region-rig.ts";
import { stepContext } from "../../../../test/step-context.ts";
import { processSafely } from "../process/process-safely.ts";
import type { RegionContext } from "../region/region-context.ts";

const [ANN, BO] = ["46701234567", "46701234568"];

let rig: RegionRig;

beforeEach(async () => {
  rig = await startRegionRig();
});

afterEach(async () => rig.close());

it.each([[[ANN]], [[ANN, BO]]])("an answer to a send finds it and its batch: %j", async (to) => {
  await rig.startWorker();
  const { id } = await rig.add({ ...textTo(...to), client_reference: "spring" }, { jobId: "order-17" });
  const { batches } = await rig.resultOf(id);
  expect(await answerOf(rig, { id: "mo-1", from: ANN })).toMatchObject({
    send_id: "order-17",
    client_reference: "spring",
    batch_id: batches[0]?.id,
  });
});

it.each([
  { to: [ANN, BO], told: { send_id: "order-17" } },
  { to: [ANN], told: { send_id: null, unlinked: "overtaken" } },
])("what the provider has refused is not answered to: $to", async ({ to, told }) => {
  await rig.startWorker();
  await rig.resultOf((await rig.add(textTo(...to), { jobId: "order-17" })).id);
  rig.emulator.faults.add({ action: { kind: "status", status: 405 } });
  await rig.resultOf((await rig.add({ ...textTo(...to), body: "Next" })).id);
  expect(await answerOf(rig, { id: "mo-1", from: ANN })).toMatchObject(told);
});

it.each([[[ANN]], [[ANN, BO]]])(
  "a worker that dies right after its request leaves an answer in doubt until the next one has asked: %j",
  async (to) => {
    const context = stepContext(rig);
    const { id } = await rig.add({ ...textTo(...to), body: "Next" }, { jobId: "order-18" });
    const { job, leave } = await rig.pickUp();
    const client: RegionContext["client"] = {
      ...context.client,
      sendBatch: async (batch, options) => {
        await context.client.sendBatch(batch, options);
        throw new Error("the process is gone");
      },
    };
    await processSafely({ ...context, client }, job, "somebody else").catch(() => null);
    expect(await answerOf(rig, { id: "mo-1", from: ANN })).toMatchObject({ send_id: null, unlinked: "in_doubt" });
    await leave();
    await rig.startWorker();
    const { batches } = await rig.resultOf(id);
    expect(batches).toMatchObject([{ adopted: true }]);
    expect(await answerOf(rig, { id: "mo-2", from: ANN })).toMatchObject({
      send_id: "order-18",
      batch_id: batches[0]?.id,
    });
  },
);

it.each([
  ["a sender of letters", { from: "Volley" }, {}],
  ["answers that nobody wants linked", {}, { linkAnswersS: 0 }],
])("nothing is kept for %s", async (_, send, settings) => {
  await rig.startWorker({ settings });
  const { id } = await rig.add({ ...textTo(ANN, BO), ...send });
  await rig.resultOf(id);
  expect(await rig.redis.keys(`${rig.prefix}:reached:*`)).toEqual([]);
});

it.each([
  ["12015550123:46701234567", [ANN]],
  ["12015550123", [ANN, BO]],
])("a note that cannot be written costs no send: %s", async (key, to) => {
  await rig.redis.set(`${rig.prefix}:reached:eu:${key}`, "not ours");
  await rig.startWorker();
  const { state } = await rig.resultOf((await rig.add(textTo(...to))).id);
  expect(state).toBe("accepted");
});
