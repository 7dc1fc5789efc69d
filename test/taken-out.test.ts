import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { noRecipients, type SendResult } from "@volley/contract";
import { createProducer, type Producer } from "@volley/producer";
import { eventually } from "./stage/eventually.ts";
import { people } from "./stage/people.ts";
import { setUpStage, type Stage } from "./stage/stage.ts";

const HOUR_MS = 3_600_000;

const ENVIRONMENT = { VOLLEY_LEAD_MS: String(2 * HOUR_MS), VOLLEY_US_TIMEOUT_MS: "30000" };

let stage: Stage;
let producer: Producer;

beforeEach(async () => {
  stage = await setUpStage();
  producer = createProducer({ redis: stage.redisUrl, prefix: stage.prefix });
});

afterEach(async () => {
  await producer.close();
  await stage.close();
});

it("whoever opts out while their batch waits for its time is taken out of it, though the worker is killed that does it", async () => {
  const worker = await stage.startWorker(ENVIRONMENT);
  const queue = stage.queue("us");
  const [ann = "", bo = "", cy = "", dan = ""] = people(4);
  const send_at = new Date(Date.now() + HOUR_MS).toISOString();
  const jobs = await Promise.all(
    [
      [ann, bo],
      [cy, dan],
    ].map(async (to) => stage.ended(await queue.add("send", { from: "12015550123", to, body: "Hi", send_at }))),
  );
  // Of one the provider has done it and not answered, of the other it has not done it.
  const [first, second] = stage.emulator.batches();
  for (const [batch, accept] of [
    [first, true],
    [second, false],
  ] as const) {
    const match = { method: "POST", path: `/batches/${batch?.id}` };
    stage.emulator.faults.add({ match, action: { kind: "hang", accept } });
  }
  await producer.suppressions.add([ann, bo, cy, dan].filter((_, index) => index % 2 === 0));
  await eventually(() => stage.emulator.stats().in_flight === 2, "two updates that are not answered");
  worker.signal("SIGKILL");
  await worker.ended();
  await stage.startWorker(ENVIRONMENT);
  for (const job of jobs) {
    const { recipients } = await eventually(async () => {
      const result = (await queue.getJob(String(job.id)))?.returnvalue as SendResult;
      return result.recipients.suppressed === 1 && result;
    }, "whoever has opted out in the result");
    expect(recipients).toEqual({ ...noRecipients(2), accepted: 1, suppressed: 1 });
  }
  expect([ann, bo, cy, dan].map((number) => stage.emulator.timesTexted(number))).toEqual([0, 1, 0, 1]);
  expect(stage.emulator.batches()).toHaveLength(2);
}, 60_000);
