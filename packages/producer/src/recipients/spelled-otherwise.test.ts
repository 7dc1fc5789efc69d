import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { createProducer, type Producer } from "../producer/producer.ts";
import type { SendToMany } from "./recipient-source.ts";

const redisUrl = process.env["VOLLEY_TEST_REDIS_URL"] ?? "";
const OPTIONS = { region: "eu", idempotencyKey: "spring" };

const WRITTEN = {
  from: "12015550123",
  to: ["46700000001", "46700000002", "nobody"],
  body: "Hi ${name}!",
  parameters: { name: { "46700000001": "Ann", default: "there" } },
  send_at: "2026-12-01T09:00:00Z",
  expire_at: "2026-12-01T18:00:00Z",
  options: { flash_message: true, max_number_of_message_parts: 3 },
} as const;

/** The same for whoever gets it, as another service writes it. */
const OTHERWISE: Readonly<Record<string, unknown>> = {
  options: { max_number_of_message_parts: 3, udh: null, flash_message: true },
  callback_url: null,
  expire_at: "2026-12-01T19:00:00+01:00",
  send_at: "2026-12-01T09:00",
  parameters: { name: { default: "there", "+46 70-000 00 01": "Ann" }, code: null },
  body: "Hi ${name}!",
  to: ["+46 700 000 001", "0046700000002", "+1"],
  from: "+1 (201) 555-0123",
  delivery_report: null,
  priority: "normal",
  type: "mt_text",
  v: 1,
};

let redis: Redis;
let queue: Queue;
let producer: Producer;

beforeEach(() => {
  const prefix = `{spelled-${randomUUID()}}`;
  redis = new Redis(redisUrl, { maxRetriesPerRequest: null });
  queue = new Queue("volley-eu", { connection: redis, prefix });
  producer = createProducer({ redis: redisUrl, prefix, now: () => new Date("2026-11-30T12:00:00Z") });
});

afterEach(async () => {
  await producer.close();
  await queue.obliterate({ force: true });
  await queue.close();
  await redis.quit();
});

async function* oneByOne(entries: unknown): AsyncGenerator<string> {
  yield* entries as string[];
}

describe("the same content under the same key, written otherwise", () => {
  it.each([
    ["in a list", (send: object) => send],
    ["from a stream", (send: object) => ({ ...send, to: oneByOne(Reflect.get(send, "to")) })],
  ])("is enqueued once: %s", async (_, bring) => {
    const first = await producer.enqueue(bring(WRITTEN) as SendToMany, OPTIONS);
    const second = await producer.enqueue(bring(OTHERWISE) as SendToMany, OPTIONS);
    expect(second).toMatchObject({ id: first.id, alreadyEnqueued: true, recipients: first.recipients });
    const other = bring({ ...OTHERWISE, send_at: "2026-12-01T09:01:00Z" }) as SendToMany;
    await expect(producer.enqueue(other, OPTIONS)).rejects.toMatchObject({ code: "VOLLEY_IDEMPOTENCY_CONFLICT" });
    expect(await queue.getJobCountByTypes("delayed", "wait")).toBe(1);
  });

  it("is coalesced once", async () => {
    const message = { from: "Volley", to: "46700000001", body: "Hi ${name}!", parameters: { name: "Ann" } };
    const otherwise: object = { ...message, to: "+46 70 000 00 01", type: "mt_text", send_at: null, options: null };
    const first = await producer.coalesce(message, OPTIONS);
    const second = await producer.coalesce(otherwise as typeof message, OPTIONS);
    expect(second).toMatchObject({ id: first.id, alreadyEnqueued: true });
    const other = producer.coalesce({ ...message, parameters: { name: "Bo" } }, OPTIONS);
    await expect(other).rejects.toMatchObject({ code: "VOLLEY_IDEMPOTENCY_CONFLICT" });
  });
});

describe("fields that are null", () => {
  it("are left out of what is enqueued, checked and coalesced", async () => {
    const nulls = { priority: null, send_at: null, expire_at: null, parameters: null, options: null, type: null };
    const send = { ...nulls, from: "Volley", to: ["46700000001"], body: "Hi!" } as unknown as SendToMany;
    const { id } = await producer.enqueue(send, OPTIONS);
    expect((await queue.getJob(id))?.data).toEqual({ from: "Volley", to: ["46700000001"], body: "Hi!" });
    expect(await producer.check(send, { region: "eu" })).toMatchObject({ isSendable: true });
  });

  it("are left out among the values of one recipient", async () => {
    const to = [
      { to: "46700000001", parameters: { name: null, code: "1" } },
      { to: "46700000002", parameters: null },
    ] as unknown as { to: string }[];
    const parameters = { name: { default: "you" }, code: { default: "0" } };
    const { recipients } = await producer.enqueue({ from: "Volley", body: "${name} ${code}", parameters, to }, OPTIONS);
    expect(recipients).toMatchObject({ requested: 2, valid: 2 });
  });
});
