import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { InvalidSendError, queueName, type Send, sendId } from "@volley/contract";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { dropPrefix, ownPrefix, testRedisUrl } from "../../../../test/own-prefix.ts";
import { createProducer, type Producer } from "../producer/producer.ts";
import type { ProducerOptions } from "../producer/producer-options.ts";

const EU = { region: "eu" };
const ANN = message("46701234567", "Ann");
const BOB = message("46701234568", "Bob");

const closers: (() => Promise<void>)[] = [];
let prefix: string;
let redis: Redis;
let queue: Queue;
let producer: Producer;

beforeEach(() => {
  prefix = ownPrefix();
  redis = new Redis(testRedisUrl(), { maxRetriesPerRequest: null });
  queue = new Queue(queueName("eu"), { connection: redis, prefix });
  producer = producerOf();
});

afterEach(async () => {
  await Promise.all(closers.splice(0).map(async (close) => close()));
  await queue.close();
  await dropPrefix(prefix);
  redis.disconnect();
});

describe("messages that come together", () => {
  it("are one send, each with their own values, and both calls tell where it is", async () => {
    const answers = await Promise.all([
      producer.coalesce({ ...ANN, to: "+46 70 123 45 67" }, EU),
      producer.coalesce(BOB, EU),
    ]);
    expect(answers[0]).toEqual({
      id: expect.stringMatching(/^eu-[0-9a-z]{20}$/),
      region: "eu",
      alreadyEnqueued: false,
      warnings: [expect.objectContaining({ code: "VOLLEY_NO_WORKER" })],
    });
    expect(answers[1]).toEqual(answers[0]);
    expect(await sendsOnQueue()).toEqual([
      {
        from: "Volley",
        body: "Hi ${name}",
        to: ["46701234567", "46701234568"],
        parameters: { name: { "46701234567": "Ann", "46701234568": "Bob" } },
      },
    ]);
    expect(await producer.status(answers[0].id)).toMatchObject({ state: "queued" });
  });

  it("but differ in anything beside recipient and values are sends of their own", async () => {
    const { parameters: _, ...plain } = BOB;
    await Promise.all([
      producer.coalesce(ANN, EU),
      producer.coalesce({ ...BOB, body: "Ho ${name}" }, EU),
      producer.coalesce({ ...BOB, parameters: { name: "Bob", town: "Lund" } }, EU),
      producer.coalesce({ ...plain, body: "Hi" }, EU),
      producer.coalesce(BOB, { region: "us" }),
    ]);
    expect(await sendsOnQueue()).toHaveLength(4);
  });

  it("for the same recipient are two sends, each with its own text", async () => {
    const answers = await Promise.all([producer.coalesce(ANN, EU), producer.coalesce(message(ANN.to, "Ms Ann"), EU)]);
    expect(new Set(answers.map(({ id }) => id)).size).toBe(2);
    const values = (await sendsOnQueue()).map((send) => ("parameters" in send ? send.parameters : null));
    expect(values).toEqual(
      expect.arrayContaining([{ name: { "46701234567": "Ann" } }, { name: { "46701234567": "Ms Ann" } }]),
    );
  });

  it("make as few sends as there can be: 2,500 of them three", async () => {
    const calls = Array.from({ length: 2_500 }, async (_, index) =>
      producer.coalesce(message(`${46_700_000_000 + index}`, `Number ${index}`), { ...EU, idempotencyKey: `${index}` }),
    );
    await Promise.all(calls);
    const lists = (await sendsOnQueue()).map((send) => send.to);
    expect(lists.map((to) => to.length).toSorted((a, b) => b - a)).toEqual([1_000, 1_000, 500]);
    expect(new Set(lists.flat()).size).toBe(2_500);
  });

  it("are told each on its own what is wrong, and the others go", async () => {
    const answers = await Promise.allSettled([
      producer.coalesce(ANN, EU),
      producer.coalesce({ ...BOB, to: "+1" }, EU),
      producer.coalesce({ ...BOB, parameters: { name: "x".repeat(1_601) } }, EU),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected"]);
    expect(answers[1]).toMatchObject({ reason: expect.any(InvalidSendError) });
    expect((await sendsOnQueue()).map(({ to }) => to)).toEqual([["46701234567"]]);
  });

  it("are sent as they were when they were given", async () => {
    const changing = { ...ANN, options: { flash_message: false }, parameters: { name: "Ann" } };
    const call = producer.coalesce(changing, EU);
    changing.options.flash_message = true;
    changing.parameters.name = "Eve";
    await call;
    expect(await sendsOnQueue()).toMatchObject([
      { options: { flash_message: false }, parameters: { name: { "46701234567": "Ann" } } },
    ]);
  });

  it("are held back until send_at less the lead, and their keys are remembered for longer", async () => {
    const now = new Date();
    const early = producerOf({ now: () => now, rememberMs: 60_000 });
    const sendAt = new Date(now.getTime() + 600_000).toISOString();
    const { id } = await early.coalesce({ ...ANN, send_at: sendAt }, { ...EU, idempotencyKey: "a" });
    expect((await queue.getJob(id))?.delay).toBe(540_000);
    const claim = await redis.hget(`${prefix}:keys:eu:0`, sendId("eu", "a").slice(-20));
    expect(Number.parseInt(claim?.split(" ").at(-1) ?? "", 16) - Date.now()).toBeGreaterThan(540_000);
  });
});

it("goes before everything that waits when it is urgent", async () => {
  await producer.coalesce(ANN, EU);
  const { id } = await producer.coalesce({ ...BOB, priority: "urgent" }, EU);
  const [next] = await queue.getJobs(["waiting"], 0, 0, true);
  expect(next?.id).toBe(id);
});

it.each([
  { options: { region: "EU" }, code: "VOLLEY_INVALID_REGION" },
  { options: { region: "eu", idempotencyKey: "" }, code: "VOLLEY_INVALID_IDEMPOTENCY_KEY" },
])("refuses its arguments with $code", async ({ options, code }) => {
  await expect(producer.coalesce(ANN, options)).rejects.toMatchObject({ name: "ProducerError", code });
});

describe("a message without a key", () => {
  it("is another message each time", async () => {
    await producer.coalesce(ANN, EU);
    await producer.coalesce(ANN, EU);
    expect(await sendsOnQueue()).toHaveLength(2);
  });
});

describe("a key that comes again", () => {
  const KEY = { ...EU, idempotencyKey: "parcel 4711" };

  it("with the same content gives the same send, even when its job is no longer kept", async () => {
    const first = await producer.coalesce(ANN, KEY);
    await queue.remove(first.id);
    expect(await producerOf().coalesce({ ...ANN, to: "+46701234567" }, KEY)).toEqual({
      ...first,
      alreadyEnqueued: true,
    });
    expect(await sendsOnQueue()).toEqual([]);
  });

  it("is left out of its group, and the others go", async () => {
    const { id } = await producer.coalesce(ANN, KEY);
    const [again, other] = await Promise.all([producer.coalesce(ANN, KEY), producer.coalesce(BOB, EU)]);
    expect(again).toMatchObject({ id, region: "eu", alreadyEnqueued: true });
    expect(other.alreadyEnqueued).toBe(false);
    expect((await sendsOnQueue()).map(({ to }) => to)).toEqual(expect.arrayContaining([[ANN.to], [BOB.to]]));
  });

  it("with other content is a conflict for that message alone", async () => {
    await producer.coalesce(ANN, KEY);
    const [conflict, other] = await Promise.allSettled([
      producer.coalesce(message(ANN.to, "Eve"), KEY),
      producer.coalesce(BOB, EU),
    ]);
    expect(conflict).toMatchObject({
      reason: { code: "VOLLEY_IDEMPOTENCY_CONFLICT", message: expect.not.stringContaining("4711") },
    });
    expect(other.status).toBe("fulfilled");
  });

  it("at once, with the same content, is one text", async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, async () => producer.coalesce(ANN, KEY)));
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect(answers.filter(({ alreadyEnqueued }) => !alreadyEnqueued)).toHaveLength(1);
    expect(await sendsOnQueue()).toHaveLength(1);
  });

  it.each([
    { title: "text", other: message(ANN.to, "Eve") },
    { title: "recipient", other: message(BOB.to, "Ann") },
  ])("at once, with another $title, is one text and one conflict", async ({ other }) => {
    const both = await Promise.allSettled([producer.coalesce(ANN, KEY), producer.coalesce(other, KEY)]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect(both).toContainEqual({
      status: "rejected",
      reason: expect.objectContaining({ code: "VOLLEY_IDEMPOTENCY_CONFLICT" }),
    });
    expect((await sendsOnQueue()).flatMap(({ to }) => to)).toHaveLength(1);
  });

  it("in another region is another message", async () => {
    const eu = await producer.coalesce(ANN, KEY);
    expect(await producer.coalesce(ANN, { ...KEY, region: "us" })).toMatchObject({ alreadyEnqueued: false });
    expect((await producer.coalesce(ANN, KEY)).id).toBe(eu.id);
  });

  it("from many producers at once, in groups that overlap, texts each message once", async () => {
    const producers = Array.from({ length: 5 }, () => producerOf());
    const calls = producers.flatMap((one, turn) =>
      Array.from({ length: 300 }, async (_, index) => {
        const place = (index + turn * 60) % 400;
        const to = `${46_700_000_000 + place}`;
        const answer = await one.coalesce(message(to, `Number ${place}`), { ...EU, idempotencyKey: `${place}` });
        return { to, ...answer };
      }),
    );
    const answers = await Promise.all(calls);
    const texted = (await sendsOnQueue()).flatMap(({ to }) => to);
    expect(texted.toSorted()).toEqual([...new Set(answers.map(({ to }) => to))].toSorted());
    expect(answers.filter(({ alreadyEnqueued }) => !alreadyEnqueued)).toHaveLength(texted.length);
    for (const { to, id } of answers) expect((await queue.getJob(id))?.data.to).toContain(to);
  });
});

describe("one key for a message and for an ordinary send", () => {
  const KEY = { ...EU, idempotencyKey: "parcel 4711" };
  const SEND: Send = { from: "Volley", to: [ANN.to], body: "Hi ${name}", parameters: { name: { [ANN.to]: "Ann" } } };
  const conflict = { code: "VOLLEY_IDEMPOTENCY_CONFLICT" };

  it("sends the message alone when that comes first", async () => {
    await producer.coalesce(ANN, KEY);
    await expect(producer.enqueue(SEND, KEY)).rejects.toMatchObject(conflict);
    expect(await sendsOnQueue()).toHaveLength(1);
  });

  it("sends the send alone when that comes first", async () => {
    await producer.enqueue(SEND, KEY);
    await expect(producer.coalesce(ANN, KEY)).rejects.toMatchObject(conflict);
    expect(await sendsOnQueue()).toHaveLength(1);
  });

  it("sends one of them when they come at once", async () => {
    const both = await Promise.allSettled([producer.coalesce(ANN, KEY), producerOf().enqueue(SEND, KEY)]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect(both).toContainEqual({ status: "rejected", reason: expect.objectContaining(conflict) });
    expect(await sendsOnQueue()).toHaveLength(1);
  });
});

describe("a producer with as many waiting messages as may be", () => {
  it("refuses one more, and takes it when they are queued", async () => {
    const narrow = producerOf({ coalesce: { maxWaiting: 2 } });
    const calls = [narrow.coalesce(ANN, EU), narrow.coalesce(BOB, EU)];
    const third = message("46701234569", "Cy");
    await expect(narrow.coalesce(third, EU)).rejects.toMatchObject({ code: "VOLLEY_TOO_MANY_WAITING" });
    await Promise.all(calls);
    expect(await narrow.coalesce(third, EU)).toMatchObject({ alreadyEnqueued: false });
  });
});

describe("a producer that is closed", () => {
  it("queues what waits first, and takes nothing more", async () => {
    const patient = producerOf({ coalesce: { lingerMs: 60_000 } });
    const call = patient.coalesce(ANN, EU);
    await patient.close();
    expect(await call).toMatchObject({ alreadyEnqueued: false });
    expect(await sendsOnQueue()).toHaveLength(1);
    await expect(patient.coalesce(ANN, EU)).rejects.toMatchObject({ code: "VOLLEY_PRODUCER_CLOSED" });
  });
});

function producerOf(options: Partial<Omit<ProducerOptions, "connection" | "redis">> = {}): Producer {
  const opened = createProducer({ redis: testRedisUrl(), prefix, timeoutMs: 30_000, ...options });
  closers.push(opened.close);
  return opened;
}

type TextMessage = { from: string; to: string; body: string; parameters: { name: string } };

function message(to: string, name: string): TextMessage {
  return { from: "Volley", to, body: "Hi ${name}", parameters: { name } };
}

async function sendsOnQueue(): Promise<Send[]> {
  const jobs = await queue.getJobs(["waiting", "delayed"]);
  return jobs.map(({ data }) => data);
}
