import { expect, it } from "@jest/globals";
import { noRecipients, queueName, type SendResult } from "@volley/contract";
import { Queue, Worker } from "bullmq";
import { Redis } from "ioredis";
import { testRedisUrl } from "../../../../test/own-prefix.ts";
import { eventually } from "../../../../test/stage/eventually.ts";
import { openStagingRig } from "../../../../test/staging-rig.ts";
import { createProducer } from "../producer/producer.ts";

const NUMBERS = { us: "12015550123", eu: "46701234567" };

/** Settles every send as accepted, or as one that has reached nobody. */
function settle(region: "us" | "eu", reached: boolean, connection: Redis, prefix: string): Worker {
  return new Worker(
    queueName(region),
    async (job) => {
      const result: SendResult = {
        state: reached ? "accepted" : "rejected",
        region,
        recipients: { ...noRecipients(1), [reached ? "accepted" : "rejected"]: 1 },
        batches: [],
        rejected: [],
        errors: reached ? [] : [{ part: 0, code: "x", text: "x", recipients: 1, state: "rejected" }],
      };
      const unsent = reached ? {} : { unsent: { certain: [NUMBERS[region]], unknown: [] } };
      await job.updateData({ message: { from: "Volley", body: "Hi!" }, settled: result, ...unsent });
      return result;
    },
    { connection, prefix },
  );
}

it.each([
  ["nobody is left", true, "VOLLEY_NOBODY_LEFT", "1 recipient would be rejected by Volley again (invalid_msisdn)"],
  ["the changes are others than before", false, "VOLLEY_IDEMPOTENCY_CONFLICT", "with other changes"],
])("a routed send that is retried in vain is named by its own ID: %s", async (_, reached, code, why) => {
  const rig = openStagingRig();
  const connection = new Redis(testRedisUrl(), { maxRetriesPerRequest: null });
  const producer = createProducer({
    redis: testRedisUrl(),
    prefix: rig.prefix,
    routes: { prefixes: { "1": "us", "46": "eu" } },
  });
  const options = { region: "auto", idempotencyKey: "spring" };
  const { id } = await producer.enqueue(
    { from: "Volley", body: "Hi!", to: [...Object.values(NUMBERS), "12"] },
    options,
  );
  const workers = (["us", "eu"] as const).map((region) => settle(region, reached, connection, rig.prefix));
  await eventually(async () => {
    const queues = workers.map(({ name }) => new Queue(name, { connection, prefix: rig.prefix }));
    return (await Promise.all(queues.map(async (queue) => queue.getCompletedCount()))).every((count) => count === 1);
  }, "the end of both");
  await producer.retry(id, { changes: { body: "again" } }).catch(() => {});
  const error: unknown = await producer
    .retry(id, { changes: { body: "and again" } })
    .catch((thrown: unknown) => thrown);
  await Promise.all(workers.map(async (worker) => worker.close()));
  await producer.close();
  connection.disconnect();
  await rig.close();
  expect(error).toMatchObject({ code });
  expect(String(error)).toContain(id);
  expect(String(error)).toContain(why);
  expect(String(error)).not.toMatch(/(?:us|eu)-[0-9a-z]{20}/i);
});
