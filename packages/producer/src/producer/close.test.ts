import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { queueName } from "@volley/contract";
import { Redis } from "ioredis";
import { randomBytes } from "node:crypto";
import { PassThrough } from "node:stream";
import { eventually } from "../../../../test/stage/eventually.ts";
import { createProducer, type Producer } from "./producer.ts";

const SEND = { from: "Volley", to: ["46701234567"], body: "Hi" };
const CLOSED = { code: "VOLLEY_PRODUCER_CLOSED" };

let redis: Redis;
let url: string;
let prefix: string;
let producer: Producer;

beforeEach(() => {
  url = process.env["VOLLEY_TEST_REDIS_URL"] ?? "";
  prefix = `{close-${randomBytes(4).toString("hex")}}`;
  redis = new Redis(url);
  producer = createProducer({ redis: url, prefix });
});

afterEach(async () => {
  await producer.close();
  const keys = await redis.keys(`${prefix}*`);
  if (keys.length > 0) await redis.del(...keys);
  redis.disconnect();
});

async function enqueueMany(count: number) {
  return Promise.all(
    Array.from({ length: count }, async (_, index) =>
      producer.enqueue(SEND, { region: "eu", idempotencyKey: `close ${index}` }),
    ),
  );
}

describe("close", () => {
  it.each([
    ["over a connection that stands", async () => void (await producer.status("nothing", { region: "eu" }))],
    ["over one that nobody has opened yet", async () => {}],
  ])("fails no call that is under way %s", async (_what, prepare) => {
    await prepare();
    const answers = enqueueMany(200);
    await producer.close();
    const ids = (await answers).map(({ id }) => id);
    expect(new Set(ids).size).toBe(200);
    for (const id of ids) expect(await redis.exists(`${prefix}:${queueName("eu")}:${id}`)).toBe(1);
  });

  it("waits for a source of recipients that is slow, however many steps are left", async () => {
    const source = new PassThrough({ objectMode: true });
    source.write("46701234567");
    const answer = producer.enqueue({ ...SEND, to: source }, { region: "eu", idempotencyKey: "slow" });
    // A call of its own tells that the source was begun.
    await producer.status("nothing", { region: "eu" });
    const closing = producer.close();
    source.end("46701234568");
    await closing;
    expect(await answer).toMatchObject({ alreadyEnqueued: false, recipients: { valid: 2 } });
  });

  it("waits for calls that fail, and fails for none of them", async () => {
    const refused = producer.enqueue({ ...SEND, to: [] }, { region: "eu", idempotencyKey: "nobody" });
    const caught = refused.catch((error: unknown) => error);
    await expect(producer.close()).resolves.toBeUndefined();
    expect(await caught).toBeInstanceOf(Error);
  });

  it("does not wait for a worker that a call waits for: what was asked for is written down", async () => {
    const { id } = await producer.enqueue(SEND, { region: "eu", idempotencyKey: "no worker" });
    const caught = producer.cancel(id, { waitMs: 2_000_000_000 }).catch((error: unknown) => error);
    const request = `${prefix}:${queueName("eu")}:${id}.cancel`;
    await eventually(async () => (await redis.exists(request)) === 1, "the request");
    await producer.close();
    expect(await caught).toMatchObject({
      code: "VOLLEY_WORKER_SILENT",
      message: "no worker of eu has answered before the producer was closed; it will be done",
    });
    expect(await redis.exists(request)).toBe(1);
  });

  it("takes no call afterwards, nor while it waits", async () => {
    const under = enqueueMany(1);
    const closing = producer.close();
    const options = { region: "eu", idempotencyKey: "late" };
    await expect(producer.enqueue(SEND, options)).rejects.toMatchObject(CLOSED);
    await under;
    await closing;
    await expect(producer.enqueue(SEND, options)).rejects.toMatchObject(CLOSED);
    await expect(producer.coalesce({ ...SEND, to: "46701234567" }, options)).rejects.toMatchObject(CLOSED);
    await expect(producer.status("nothing", { region: "eu" })).rejects.toMatchObject(CLOSED);
    await expect(producer.region("eu").pause()).rejects.toMatchObject(CLOSED);
  });

  it("may be called twice", async () => {
    await Promise.all([producer.close(), producer.close()]);
    await expect(producer.close()).resolves.toBeUndefined();
  });
});
