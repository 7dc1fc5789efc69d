import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { dropPrefix, ownPrefix, testRedisUrl } from "../../../../test/own-prefix.ts";
import { createProducer, type Producer } from "../producer/producer.ts";

const prefix = ownPrefix();
let producer: Producer;

beforeAll(() => {
  producer = createProducer({ redis: testRedisUrl(), prefix });
});

afterAll(async () => {
  await producer.close();
  await dropPrefix(prefix);
});

async function cancelInVain(idempotencyKey: string): Promise<unknown> {
  const send = { from: "Volley", to: ["46701234567"], body: "Hello." };
  const { id } = await producer.enqueue(send, { region: "eu", idempotencyKey });
  return producer.cancel(id, { waitMs: 300 }).catch((error: unknown) => error);
}

it("is told that nobody has answered, and that it will be done all the same", async () => {
  expect(await cancelInVain("without a worker")).toMatchObject({
    code: "VOLLEY_WORKER_SILENT",
    message: "no worker of eu has answered within 300 ms; it will be done",
  });
});

it("is told that the region is paused, and what that means for a cancellation", async () => {
  await producer.region("eu").pause();
  expect(await cancelInVain("paused")).toMatchObject({
    code: "VOLLEY_WORKER_SILENT",
    message:
      "eu is paused and waits to be resumed; until then what the provider has already is not taken back; it will be done",
  });
});
