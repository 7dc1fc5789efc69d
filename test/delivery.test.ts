import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { createProducer, type Producer } from "@volley/producer";
import { dropPrefix } from "./own-prefix.ts";
import { eventually } from "./stage/eventually.ts";
import { setUpStage, type Stage } from "./stage/stage.ts";
import { spawnWebhooks, type WebhooksProcess } from "./stage/webhooks-process.ts";

const CLI = fileURLToPath(new URL("../apps/cli/dist/main.js", import.meta.url));
const SECRET = "a secret";
const PEOPLE = 2_500;

let stage: Stage;
let webhooks: WebhooksProcess;
let producer: Producer;

beforeAll(async () => {
  stage = await setUpStage({
    regions: ["us", "eu", "au"],
    hadWorkers: true,
    emulator: { failShare: 0.2, speed: 1_000 },
  });
  webhooks = await spawnWebhooks({
    REDIS_URL: stage.redisUrl,
    VOLLEY_PREFIX: stage.prefix,
    VOLLEY_REGIONS: "us,eu,au",
    VOLLEY_US_CALLBACK_SECRETS: SECRET,
    VOLLEY_EU_CALLBACK_SECRETS: SECRET,
    VOLLEY_AU_CALLBACK_SECRETS: SECRET,
    VOLLEY_HTTP_PORT: "0",
  });
  stage.emulator.setCallbacks({ secret: SECRET });
  await stage.startWorker({
    VOLLEY_EU_DELIVERY_REPORT: "per_recipient_final",
    VOLLEY_AU_RECIPIENTS_PER_SECOND: "20",
  });
  const routes = { prefixes: { "1": "us" }, default: "eu" };
  producer = createProducer({ redis: stage.redisUrl, prefix: stage.prefix, routes });
});

afterAll(async () => {
  await producer.close();
  await webhooks.stop();
  await stage.close();
  await dropPrefix(stage.prefix);
});

function numbers(count: number): string[] {
  return Array.from({ length: count }, (_, index) =>
    String((index % 2 === 0 ? 12_015_000_000 : 46_700_000_000) + index),
  );
}

function reported(region: string) {
  return { delivery_report: "per_recipient_final", callback_url: `${webhooks.url}/v1/callbacks/${region}` } as const;
}

async function closed(id: string) {
  return eventually(async () => {
    const delivery = (await producer.status(id))?.delivery;
    return delivery && delivery.open === 0 && delivery.last_at !== null ? delivery : null;
  }, "reports on everybody");
}

async function all(id: string) {
  const found: Awaited<ReturnType<Producer["deliveries"]>>["deliveries"][number][] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const page = await producer.deliveries(id, { limit: 300, ...(cursor !== "" && { cursor }) });
    expect(page.deliveries.length).toBeLessThanOrEqual(300);
    found.push(...page.deliveries);
    cursor = page.cursor;
  }
  return found;
}

describe("what became of a send", () => {
  it("is counted as the provider reports it, and had by page, once for everybody", async () => {
    const to = numbers(PEOPLE);
    const send = { from: "Volley", to, body: "Hi", client_reference: "spring", ...reported("us") };
    const { id } = await producer.enqueue(send, { region: "us", idempotencyKey: "one" });
    await eventually(async () => (await producer.status(id))?.result, "the result");
    const delivery = await closed(id);
    const { open, unreported, queued, dispatched, by_code: byCode, last_at: _, retried_as: __, ...ends } = delivery;
    expect({ open, unreported, queued, dispatched }).toEqual({ open: 0, unreported: 0, queued: 0, dispatched: 0 });
    expect(Object.values(ends).reduce((sum, count) => sum + count, 0)).toBe(PEOPLE);
    expect(Object.values(byCode).reduce((sum, count) => sum + count, 0)).toBe(PEOPLE);
    expect(ends.delivered).toBe(byCode["0"]);
    expect(ends.failed).toBeGreaterThan(0);
    const deliveries = await all(id);
    expect(deliveries.map(({ recipient }) => recipient).toSorted()).toEqual(to.toSorted());
    expect(deliveries.filter(({ status }) => status === "Delivered")).toHaveLength(ends.delivered);
    const { stdout } = await promisify(execFile)(process.execPath, [CLI, "deliveries", id], {
      env: { PATH: process.env["PATH"], ...stage.environment },
    });
    expect(stdout.trimEnd().split("\n")).toHaveLength(PEOPLE + 1);
    expect(stdout).toMatch(/^recipient,batch_id,status,code,at,is_final\n/);
    await expect(producer.deliveries(id, { cursor: "rubbish" })).rejects.toThrow("cursor");
  });

  it("is counted over all regions where its recipients were routed", async () => {
    const send = { from: "Volley", to: numbers(100), body: "Hi", ...reported("us") };
    const { id } = await producer.enqueue(send, { region: "auto", idempotencyKey: "auto" });
    await eventually(async () => (await producer.status(id))?.result, "the result");
    // The regions share a callback URL here, so that those of eu come to us.
    const delivery = await closed(id);
    expect(delivery.delivered).toBeGreaterThan(0);
    expect(await all(id)).toHaveLength(100);
  });

  it("is nothing where no reports were asked for", async () => {
    const { id } = await producer.enqueue(
      { from: "Volley", to: numbers(1), body: "Hi" },
      { region: "us", idempotencyKey: "none" },
    );
    await eventually(async () => (await producer.status(id))?.result, "the result");
    expect((await producer.status(id))?.delivery).toBeNull();
  });

  it("is had of every lot of a job that another client has added", async () => {
    const data = { from: "Volley", to: numbers(60), body: "Hi", ...reported("au") };
    await stage.queue("au").add("send", data, { jobId: "order-17" });
    const au = { region: "au" };
    const result = await eventually(async () => (await producer.status("order-17", au))?.result, "the result");
    expect(result.batches.length).toBeGreaterThan(1);
    await eventually(async () => (await producer.status("order-17", au))?.delivery?.open === 0, "reports on everybody");
    const { deliveries } = await producer.deliveries("order-17", au);
    expect(deliveries.map(({ recipient }) => recipient).toSorted()).toEqual(numbers(60).toSorted());
  });

  it("is nothing where there is no callback URL anywhere, and the result says what to do, for who only polls, too", async () => {
    const message = { from: "Volley", to: ["46700000001"], body: "Hi", delivery_report: "full" } as const;
    const { id } = await producer.enqueue(message, { region: "us", idempotencyKey: "no URL" });
    const result = await eventually(async () => (await producer.status(id))?.result, "the result");
    const text =
      /^Requesting delivery report .*dashboard, or the send a callback_url; where reports are polled, any URL/;
    expect(result.errors).toMatchObject([{ code: "missing_callback_url", text: expect.stringMatching(text) }]);
    const { stdout } = await promisify(execFile)(process.execPath, [CLI, "status", id], {
      env: { PATH: process.env["PATH"], ...stage.environment },
    });
    expect(stdout).toContain("give the plan a callback URL in Sinch's dashboard, or the send a callback_url");
  });

  it("is open where the region asked for reports and none has come, unless the send wants none", async () => {
    const send = { from: "Volley", to: numbers(2), body: "Hi", callback_url: "http://127.0.0.1:9" };
    const deliveryOf = async (idempotencyKey: string, own: object) => {
      const { id } = await producer.enqueue({ ...send, ...own }, { region: "eu", idempotencyKey });
      await eventually(async () => (await producer.status(id))?.result, "the result");
      return (await producer.status(id))?.delivery;
    };
    expect(await deliveryOf("default", {})).toMatchObject({ open: 2, delivered: 0, last_at: null });
    expect(await deliveryOf("no report", { delivery_report: "none" })).toBeNull();
  });
});
