import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { FIRST_EVENTS, type KeptEvent, readEvents } from "@volley/receipts";
import { numbers, type RegionRig, startRegionRig, textTo } from "../../../../test/region-rig.ts";
import { validEvents } from "../../../../test/valid-events.ts";
import { stepContext } from "../../../../test/step-context.ts";
import { changeResult } from "../change/change-result.ts";
import { processSafely } from "../process/process-safely.ts";

let rig: RegionRig;

beforeEach(async () => {
  rig = await startRegionRig();
});

afterEach(async () => rig.close());

async function told(): Promise<readonly KeptEvent[]> {
  const { events } = await readEvents(rig.redis, rig.prefix, { cursor: FIRST_EVENTS, limit: 1_000 });
  return validEvents(events).filter(({ type }) => type === "send.settled");
}

it.each([1, 1_001])("tells once what a send to %i came to, and names nobody", async (count) => {
  await rig.startWorker();
  const { id } = await rig.add({ ...textTo(...numbers(count)), client_reference: "spring" });
  const { recipients, batches } = await rig.resultOf(id);
  expect(await told()).toEqual([
    {
      id: expect.stringMatching(/^evt_[\w-]{22}$/),
      type: "send.settled",
      at: expect.any(String),
      region: "eu",
      data: {
        send_id: id,
        client_reference: "spring",
        state: "accepted",
        recipients,
        batches: batches.length,
        batch_ids: batches.map((batch) => batch.id),
      },
    },
  ]);
});

it("tells of a result before its job is completed, and not again when another worker completes it", async () => {
  const { id } = await rig.add(textTo("46701234567"));
  const { job, leave } = await rig.pickUp();
  await processSafely(stepContext(rig), job, "somebody else");
  expect(await told()).toHaveLength(1);
  // The worker dies here: the job is not completed.
  await leave();
  await rig.startWorker();
  await rig.resultOf(id);
  expect(await told()).toHaveLength(1);
});

it("tells of another result once, with another ID", async () => {
  await rig.startWorker();
  const { id } = await rig.add(textTo("46701234567"));
  await rig.resultOf(id);
  const context = stepContext(rig);
  const change = async () =>
    changeResult(context, String(id), (result) => ({
      ...result,
      state: "canceled",
      recipients: { ...result.recipients, accepted: 0, canceled: 1 },
    }));
  await change();
  await change();
  const events = await told();
  expect(events.map(({ data }) => data["state"])).toEqual(["accepted", "canceled"]);
  expect(new Set(events.map((event) => event.id)).size).toBe(2);
});

it("tells once that a send has failed, with the reason", async () => {
  await rig.startWorker();
  const { id } = await rig.add({ ...textTo("46701234567"), body: 5, client_reference: "spring" });
  const reason = await rig.failureOf(id);
  expect(await told()).toMatchObject([
    { data: { send_id: id, state: "failed", reason, recipients: null, batch_ids: [] } },
  ]);
});

it("tells of sends that expired", async () => {
  await rig.startWorker();
  const { id } = await rig.add(
    { ...textTo("46701234567"), expire_at: new Date(Date.now() + 50).toISOString() },
    { delay: 100 },
  );
  await rig.resultOf(id);
  expect(await told()).toMatchObject([{ data: { state: "expired", recipients: { requested: 1, expired: 1 } } }]);
});

it("keeps no more than it may of them", async () => {
  await rig.startWorker({ settings: { keepEvents: { bytes: 1_000, ageMs: 60_000 } } });
  const jobs = await Promise.all(numbers(20).map(async (number) => rig.add(textTo(number))));
  for (const { id } of jobs) await rig.resultOf(id);
  const left = await told();
  expect(left.length).toBeGreaterThan(0);
  expect(left.length).toBeLessThan(6);
});

it("writes none where none are kept, and settles as ever", async () => {
  await rig.startWorker({ settings: { keepEvents: { bytes: 0, ageMs: 60_000 } } });
  const { id } = await rig.add(textTo(...numbers(1)));
  expect(await rig.resultOf(id)).toMatchObject({ recipients: { accepted: 1 } });
  expect(await rig.redis.exists(`${rig.prefix}:events`, `${rig.prefix}:events:outbox`)).toBe(0);
});
