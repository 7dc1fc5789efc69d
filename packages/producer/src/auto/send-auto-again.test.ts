import { expect, it } from "@jest/globals";
import { noRecipients, queueName, type SendResult } from "@volley/contract";
import { Worker } from "bullmq";
import { Redis } from "ioredis";
import { testRedisUrl } from "../../../../test/own-prefix.ts";
import { eventually } from "../../../../test/stage/eventually.ts";
import { openStagingRig } from "../../../../test/staging-rig.ts";
import { createProducer } from "../producer/producer.ts";

const NUMBERS = { us: "12015550123", eu: "46701234567" };

/** Settles every send as unknown, and answers a decision with the one that was made before. */
function settle(region: "us" | "eu", decided: string, connection: Redis, prefix: string): Worker {
  const result: SendResult = {
    state: "unknown",
    region,
    recipients: { ...noRecipients(1), unknown: 1 },
    batches: [],
    rejected: [],
    errors: [{ part: 0, code: "http_502", text: "bad gateway", recipients: 1, state: "unknown" }],
  };
  return new Worker(
    queueName(region),
    async (job) => {
      if (job.name === "resolve") return { resolved: 1, decision: decided };
      const unsent = { certain: [], unknown: [NUMBERS[region]] };
      await job.updateData({ message: { from: "Volley", body: "Hi!" }, settled: result, unsent });
      return result;
    },
    { connection, prefix },
  );
}

it.each([
  ["sent", "not_sent"],
  ["not_sent", "sent"],
])("a decision in which regions were decided otherwise (%s, %s) is refused, whichever comes first", async (us, eu) => {
  const rig = openStagingRig();
  const connection = new Redis(testRedisUrl(), { maxRetriesPerRequest: null });
  const routes = { prefixes: { "1": "us", "46": "eu" } };
  const producer = createProducer({ redis: testRedisUrl(), prefix: rig.prefix, routes });
  const to = Object.values(NUMBERS);
  const options = { region: "auto", idempotencyKey: "spring" };
  const { id } = await producer.enqueue({ from: "Volley", body: "Hi!", to }, options);
  const workers = [settle("us", us, connection, rig.prefix), settle("eu", eu, connection, rig.prefix)];
  await eventually(async () => (await producer.status(id))?.state === "settled", "the end of both");
  const answers = [
    await producer.resolve(id, "sent").catch(String),
    await producer.resolve(id, "not_sent").catch(String),
  ];
  await Promise.all(workers.map(async (worker) => worker.close()));
  await producer.close();
  connection.disconnect();
  await rig.close();
  const refusal = expect.stringMatching(/it was resolved before, as /);
  expect(answers).toEqual([refusal, refusal]);
});
