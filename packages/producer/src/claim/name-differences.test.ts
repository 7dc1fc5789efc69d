import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createProducer, type Producer } from "../producer/producer.ts";
import { dropPrefix, ownPrefix, testRedisUrl } from "../../../../test/own-prefix.ts";

const prefix = ownPrefix();

let producer: Producer;

beforeAll(() => {
  producer = createProducer({ redis: testRedisUrl(), prefix, routes: { prefixes: { "1": "us", "46": "eu" } } });
});

afterAll(async () => {
  await producer.close();
  await dropPrefix(prefix);
});

const [ANN, BO] = ["+46701234567", "+46701234568"];

const SEND = { from: "Volley", to: [ANN, BO], body: "Hi ${name}", parameters: { name: { default: "you" } } };

async function* stream(...numbers: string[]): AsyncGenerator<string> {
  yield* numbers;
}

async function differencesOf(call: Promise<unknown>): Promise<unknown> {
  const error: unknown = await call.catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: "VOLLEY_IDEMPOTENCY_CONFLICT" });
  expect(String(error)).not.toMatch(/\+?4670123|Hello|Other/);
  return (Object(error) as { differs: readonly { field: string }[] }).differs;
}

const before = (field: string) => ({ field, message: "expected what it was before, got something else" });

const OTHER_PEOPLE = { field: "to", message: "expected the same recipients with the same values in the same order" };

test.each([
  ["the text and the sender", { body: "Hello ${name}", from: "Other" }, [before("body"), before("from")]],
  ["how many", { to: [ANN] }, [{ field: "to", message: "expected 2 recipients as before, got 1" }]],
  ["who", { to: [ANN, "+46701234569"] }, [OTHER_PEOPLE]],
  ["a value", { parameters: { name: { default: "Other" } } }, [before("parameters")]],
  [
    "a time, and how many",
    { send_at: "2030-01-01T00:00:00Z", to: stream(ANN) },
    [before("send_at"), { field: "to", message: "expected 2 recipients as before, got 1" }],
  ],
  ["that they come as a stream", { to: stream(ANN, BO) }, [OTHER_PEOPLE]],
])("names what differs under a key that was used: %s", async (what, changes, differs) => {
  const options = { region: "eu", idempotencyKey: what };
  await producer.enqueue(SEND, options);
  expect(await differencesOf(producer.enqueue({ ...SEND, ...changes }, options))).toEqual(differs);
});

test("names it of a stream, of several regions and of a coalesced message, too", async () => {
  const streamed = { region: "eu", idempotencyKey: "streamed" };
  await producer.enqueue({ ...SEND, to: stream(ANN, BO) }, streamed);
  expect(await differencesOf(producer.enqueue({ ...SEND, to: stream(BO, ANN) }, streamed))).toEqual([OTHER_PEOPLE]);
  expect(
    await differencesOf(producer.enqueue({ ...SEND, body: "Hello ${name}", to: stream(ANN, BO) }, streamed)),
  ).toEqual([before("body")]);

  const routed = { region: "auto", idempotencyKey: "routed" };
  await producer.enqueue({ ...SEND, to: [ANN, "+12015550123"] }, routed);
  expect(await differencesOf(producer.enqueue({ ...SEND, from: "Other", to: [ANN] }, routed))).toEqual([
    before("from"),
    { field: "to", message: "expected 2 recipients as before, got 1" },
  ]);

  const coalesced = { region: "eu", idempotencyKey: "coalesced" };
  const message = { from: "Volley", to: ANN, body: "Hi" };
  await producer.coalesce(message, coalesced);
  expect(await differencesOf(producer.coalesce({ ...message, body: "Hello" }, coalesced))).toEqual([before("body")]);
  expect(await differencesOf(producer.coalesce({ ...message, to: BO }, coalesced))).toEqual([OTHER_PEOPLE]);
});

test("names no more than is still known", async () => {
  const options = { region: "eu", idempotencyKey: "gone" };
  const { id } = await producer.enqueue(SEND, options);
  await producer.cancel(id, { waitMs: 1 }).catch(() => {});
  const { Queue } = await import("bullmq");
  const queue = new Queue("volley-eu", { connection: { url: testRedisUrl() }, prefix });
  await queue.remove(id);
  await queue.close();
  expect(await differencesOf(producer.enqueue({ ...SEND, body: "Hello" }, options))).toEqual([]);
});
