import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { noRecipients, partId, queueName, sendId, type SendResult, type Unsent } from "@volley/contract";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { dropPrefix, ownPrefix, testRedisUrl } from "../../../test/own-prefix.ts";
import { createProducer, type Producer } from "./producer.ts";

const RESULT: SendResult = {
  state: "rejected",
  region: "eu",
  recipients: { ...noRecipients(2_500), rejected: 2_000, unknown: 500 },
  batches: [],
  refused: [],
  errors: [
    { part: 0, code: "syntax_invalid_json", text: "no", recipients: 1_000 },
    { part: 1, code: "syntax_invalid_json", text: "no", recipients: 1_000 },
    { part: 2, code: "timeout", text: "no answer", recipients: 500 },
  ],
};

let prefix: string;
let redis: Redis;
let queue: Queue;
let producer: Producer;
let id: string;

beforeEach(async () => {
  prefix = ownPrefix();
  redis = new Redis(testRedisUrl(), { maxRetriesPerRequest: null });
  queue = new Queue(queueName("eu"), { connection: redis, prefix });
  producer = createProducer({ redis: testRedisUrl(), prefix });
  id = sendId("eu");
  await addSettled(id);
});

afterEach(async () => {
  await producer.close();
  await queue.close();
  await dropPrefix(prefix);
  redis.disconnect();
});

/** Puts a job there as a worker leaves it. */
async function addSettled(jobId: string, unsent?: Unsent): Promise<void> {
  const message = { from: "12015550123", body: "Hi" };
  await queue.add("send", { message, settled: RESULT, ...(unsent && { unsent }) }, { jobId });
  await redis.hset(queue.toKey(jobId), "returnvalue", JSON.stringify(RESULT));
}

it("refuses to send once more to a part of those whom it has not reached, and says how many are gone", async () => {
  await addSettled(partId(id, 0), { certain: ["46701234567"], unknown: [] });
  await expect(producer.retry(id)).rejects.toMatchObject({
    code: "VOLLEY_UNKNOWN_SEND",
    message: `${id}: 1,500 of the recipients whom it has not reached are no longer kept`,
  });
  await expect(producer.resolve(id, "not_sent")).rejects.toMatchObject({ code: "VOLLEY_UNKNOWN_SEND" });
});

it("sends once more to all of them while every part is kept", async () => {
  await addSettled(partId(id, 0), { certain: ["46701234567"], unknown: [] });
  await addSettled(partId(id, 1), { certain: ["46701234568"], unknown: [] });
  await addSettled(partId(id, 2), { certain: [], unknown: ["46701234569"] });
  expect(await producer.retry(id)).toMatchObject({ recipients: { valid: 2 } });
});
