import { randomUUID } from "node:crypto";
import { PassThrough } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { createProducer, type Producer } from "@volley/producer";
import { Command } from "commander";
import { testRedisUrl } from "../../../../test/own-prefix.ts";
import { sayServed } from "../../../../test/stage/stage.ts";
import { redisSettingsOf } from "../redis/redis-settings-of.ts";
import { withRedis } from "../redis/with-redis.ts";
import { addStatus } from "./status.ts";

const REDIS_URL = testRedisUrl();

const PREFIX = `{volley-test-${randomUUID()}}`;

let producer: Producer;

beforeAll(() => {
  producer = createProducer({
    redis: REDIS_URL,
    prefix: PREFIX,
    routes: { prefixes: { "46": "eu" }, default: null },
  });
});

afterAll(async () => producer.close());

async function shown(id: string, { asJson = false, isEtaAsked = false } = {}): Promise<string> {
  const output = new PassThrough();
  const program = new Command();
  addStatus(program, {
    place: { redis: redisSettingsOf({ REDIS_URL }), prefix: PREFIX },
    output: Object.assign(output, { isTTY: false }),
  });
  const flags = [...(asJson ? ["--json"] : []), ...(isEtaAsked ? ["--eta"] : [])];
  await program.parseAsync(["status", id, ...flags], { from: "user" });
  return String(output.read());
}

describe("volley status", () => {
  it("says that the region is paused while a send has not ended, and how it goes on", async () => {
    const send = { from: "Volley", to: ["+46701234567"], body: "Hello" };
    const { id } = await producer.enqueue(send, { region: "eu", idempotencyKey: "one region" });
    const routed = await producer.enqueue(send, { region: "auto", idempotencyKey: "routed" });
    expect(await shown(id)).toBe(`${id}: queued in eu\n  no worker of eu is running: nothing is sent until one does\n`);
    await withRedis(redisSettingsOf({ REDIS_URL }), async (client) => sayServed(client, PREFIX, ["eu"]));
    expect(await shown(id)).toBe(`${id}: queued in eu\n`);
    await producer.region("eu").pause();
    const isPaused = / {2}eu is paused since \d\d:\d\d UTC.*: volley region resume eu\n/;
    expect(await shown(id)).toMatch(isPaused);
    const asJson: unknown = JSON.parse(await shown(id, { asJson: true }));
    expect(asJson).toMatchObject({ id, state: "queued", eta: null, holds: [{ region: "eu", state: "paused" }] });
    expect(await shown(routed.id)).toMatch(isPaused);
  });

  it("tells when a send is done that others wait before, where that is asked for", async () => {
    await withRedis(redisSettingsOf({ REDIS_URL }), async (client) => sayServed(client, PREFIX, ["us"]));
    await producer.region("us").setLimits({ rate: 10 });
    const send = { from: "Volley", to: ["+12015550123"], body: "Hello" };
    await producer.enqueue(send, { region: "us", idempotencyKey: "before" });
    const { id } = await producer.enqueue(send, { region: "us", idempotencyKey: "behind" });
    expect(await shown(id)).toBe(`${id}: queued in us\n`);
    expect(await shown(id, { isEtaAsked: true })).toMatch(/ {2}done at about .+, at the region's limits\n/);
  });
});
