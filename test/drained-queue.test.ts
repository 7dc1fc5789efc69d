import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { readJobData, type SendResult } from "@volley/contract";
import { createProducer, type Producer } from "@volley/producer";
import { eventually } from "./stage/eventually.ts";
import { people } from "./stage/people.ts";
import { setUpStage, type Stage } from "./stage/stage.ts";

const COUNT = 12_000;
const TO = people(COUNT);
const MESSAGE = { from: "Volley", body: "Hi ${name}", parameters: { name: { default: "there" } } };

let stage: Stage;
let producer: Producer;

beforeAll(async () => {
  stage = await setUpStage({ emulator: { latencyMs: 700 } });
  await stage.startWorker({ VOLLEY_US_CONCURRENCY: "1" });
  producer = createProducer({ redis: stage.redisUrl, prefix: stage.prefix });
});

afterAll(async () => {
  await producer.close();
  await stage.close();
});

async function resultOf(id: string): Promise<SendResult> {
  return eventually(async () => (await producer.status(id))?.result, `the result of ${id}`, 60_000);
}

/** Every other one has a value of their own. */
function textOf(number: string, index: number): string {
  return `Hi ${index % 2 === 0 ? "there" : `N${number}`}`;
}

it("whoever was taken off the queue before its part was begun is told apart, and is sent to by a retry, once", async () => {
  const entries = TO.map((to, index) => (index % 2 === 0 ? to : { to, parameters: { name: `N${to}` } }));
  const { id } = await producer.enqueue({ ...MESSAGE, to: entries }, { region: "us", idempotencyKey: "drained" });
  await eventually(async () => {
    const job = await stage.queue("us").getJob(id);
    return readJobData(job?.data).kind === "planned" && stage.emulator.requests().length > 0;
  }, "a part under way");
  await stage.queue("us").drain(true);

  const { state, recipients, errors } = await resultOf(id);
  expect({ state, unknown: recipients.unknown, sum: recipients.accepted + recipients.rejected }).toEqual({
    state: "partial",
    unknown: 0,
    sum: COUNT,
  });
  expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(["part_removed"]));
  expect(TO.filter((number) => stage.emulator.timesTexted(number) > 0)).toHaveLength(recipients.accepted);

  const again = await producer.retry(id);
  expect(again.recipients.valid).toBe(recipients.rejected);
  expect(await resultOf(again.id)).toMatchObject({ state: "accepted", recipients: { accepted: recipients.rejected } });
  expect(TO.filter((number, index) => stage.emulator.textsTo(number).join() !== textOf(number, index))).toEqual([]);
});
