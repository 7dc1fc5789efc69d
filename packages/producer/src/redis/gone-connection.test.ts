import { expect, it } from "@jest/globals";
import { Redis } from "ioredis";
import { ownPrefix, testRedisUrl } from "../../../../test/own-prefix.ts";
import { createProducer } from "../producer/producer.ts";

it.each([
  ["quit before the first call", true],
  ["quit between two calls", false],
])("a connection of the caller that was %s is answered with the documented code, at once", async (_, isFirst) => {
  const redis = new Redis(testRedisUrl(), { maxRetriesPerRequest: null });
  const producer = createProducer({ redis, prefix: ownPrefix(), timeoutMs: 60_000 });
  if (!isFirst) await producer.status("eu-00000000000000000000");
  await redis.quit();
  const calls = [
    producer.enqueue({ from: "Volley", to: ["46701234567"], body: "Hi" }, { region: "eu", idempotencyKey: "a" }),
    producer.coalesce({ from: "Volley", to: "46701234567", body: "Hi" }, { region: "eu" }),
    producer.status("eu-00000000000000000000"),
    producer.batches("eu-00000000000000000000"),
    producer.cancel("eu-00000000000000000000"),
    producer.region("eu").limits(),
    producer.region("eu").pause(),
  ];
  const codes = (await Promise.allSettled(calls)).map((answer) =>
    answer.status === "rejected" ? answer.reason.code : answer.status,
  );
  expect(codes).toEqual(calls.map(() => "VOLLEY_PRODUCER_CLOSED"));
  await producer.close();
});
