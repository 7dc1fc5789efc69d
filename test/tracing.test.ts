import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { context, propagation, SpanStatusCode, trace } from "@opentelemetry/api";
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  type ReadableSpan,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-node";
import { startEmulator } from "@volley/emulator";
import { createLogger } from "@volley/runtime";
import { Queue } from "bullmq";
import { readWebhooksConfig } from "../apps/webhooks/src/config.ts";
import { startWebhooks } from "../apps/webhooks/src/start-webhooks.ts";
import { readWorkerConfig } from "../apps/worker/src/config.ts";
import { startWorker } from "../apps/worker/src/start-worker.ts";
import { type ApiRig, startApiRig } from "./api-rig.ts";
import { type CallbackReceiver, startCallbackReceiver } from "./callback-receiver.ts";
import { dropPrefix, ownPrefix, testRedisUrl } from "./own-prefix.ts";
import { eventually } from "./stage/eventually.ts";
import { spawnWebhooks } from "./stage/webhooks-process.ts";

/** The caller's own span. */
const CALLER = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331" };
const NUMBERS = ["46700000101", "46700000102"];
const SECRETS = [...NUMBERS, "12015550100", "sesame", "Ada", "marked-key", "an-api-token"];

const exporter = new InMemorySpanExporter();
const log = createLogger({ name: "test", level: "silent" });
const prefix = ownPrefix();
const opened: (() => Promise<unknown>)[] = [];
let api: ApiRig;
let receiver: CallbackReceiver;

beforeAll(async () => {
  new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).register();
  receiver = await startCallbackReceiver();
  const common = {
    REDIS_URL: testRedisUrl(),
    VOLLEY_PREFIX: prefix,
    VOLLEY_REGIONS: "eu",
    VOLLEY_HTTP_PORT: "0",
    VOLLEY_EVENTS_ALLOW_NETWORKS: "127.0.0.0/8",
    VOLLEY_EVENTS_QUEUE: "true",
  };
  const webhooks = await startWebhooks(readWebhooksConfig({ ...common, VOLLEY_CALLBACK_UNSIGNED: "allow" }), log);
  const emulator = await startEmulator({ port: 0, speed: 20_000, reportUrl: `${webhooks.url}/v1/callbacks/eu` });
  const provider = {
    VOLLEY_EU_BASE_URL: emulator.url,
    VOLLEY_EU_SERVICE_PLAN_ID: "plan",
    VOLLEY_EU_API_TOKEN: "an-api-token",
  };
  const settings = readWorkerConfig({ ...common, ...provider, VOLLEY_EU_DELIVERY_REPORT: "per_recipient" });
  const signal = new AbortController().signal;
  const worker = await startWorker(settings, log, signal);
  api = await startApiRig({ VOLLEY_PREFIX: prefix, VOLLEY_EVENTS_ALLOW_NETWORKS: "127.0.0.0/8" });
  opened.push(
    async () => worker.stop(signal),
    async () => webhooks.stop(signal),
    async () => emulator.close(),
    async () => receiver.close(),
    async () => api.stop(),
  );
  await api.producer.endpoints.add({ url: receiver.url, types: ["recipient.status", "send.settled"] });
});

afterEach(() => exporter.reset());

afterAll(async () => {
  for (const close of opened) await close();
  for (const each of [trace, context, propagation]) each.disable();
  await dropPrefix(prefix);
});

/** Sends by the API as somebody who traces. */
async function send(more: object = {}): Promise<{ readonly id: string }> {
  const { traceId, spanId } = CALLER;
  const { status, body } = await api.ask("POST", "/v1/sends", {
    key: await api.key(),
    headers: { "idempotency-key": `marked-key-${Math.random()}`, traceparent: `00-${traceId}-${spanId}-01` },
    body: {
      region: "eu",
      from: "12015550100",
      to: NUMBERS,
      body: "sesame ${name}",
      parameters: { name: { default: "Ada" } },
      ...more,
    },
  });
  expect(status).toBe(202);
  return { id: String(body?.["id"]) };
}

const spans = (): readonly ReadableSpan[] => exporter.getFinishedSpans();

/** The names of a trace's spans, with that of each one's parent. */
function family(): string[] {
  const names = new Map(spans().map((span) => [span.spanContext().spanId, span.name]));
  names.set(CALLER.spanId, "the caller");
  const mine = spans().filter((span) => span.spanContext().traceId === CALLER.traceId);
  return [
    ...new Set(mine.map(({ name, parentSpanContext }) => `${names.get(parentSpanContext?.spanId ?? "")} > ${name}`)),
  ].toSorted();
}

test("a send is one trace from the caller to its event, and nobody stands in it", async () => {
  await send();
  const settled = () => receiver.received.some(({ body }) => body["type"] === "send.settled");
  const reported = () =>
    receiver.received.filter(({ body }) => body["type"] === "recipient.status").length >= NUMBERS.length;
  await eventually(() => settled() && reported(), "the events");
  await eventually(() => family().length >= 7, "the spans of the events");
  expect(family()).toEqual([
    "POST /v1/sends > send volley-eu",
    "POST > POST",
    "process volley-eu > POST",
    "send volley-eu > POST",
    "send volley-eu > POST /v1/callbacks/{region}",
    "send volley-eu > process volley-eu",
    "the caller > POST /v1/sends",
  ]);
  expect(receiver.received.every(({ headers }) => headers["traceparent"]?.includes(CALLER.traceId))).toBe(true);
  const events = new Queue("volley-events", {
    connection: { url: testRedisUrl() },
    prefix,
  });
  opened.push(async () => events.close());
  const jobs = await eventually(async () => {
    const found = await events.getJobs(["waiting"]);
    return found.length > 0 && found;
  }, "events as jobs");
  expect(jobs.every(({ opts }) => opts.telemetry?.metadata?.includes(CALLER.traceId))).toBe(true);
  secret();
});

test("the parts of a large send stand in the trace of the send", async () => {
  await send({ to: Array.from({ length: 2_500 }, (_, at) => String(46_701_000_000 + at)), body: "sesame" });
  const requests = () =>
    spans().filter(
      (span) =>
        span.attributes["volley.recipients"] === undefined &&
        span.attributes["server.address"] !== undefined &&
        span.spanContext().traceId === CALLER.traceId,
    );
  await eventually(() => requests().length >= 3, "three requests");
  expect(
    spans()
      .filter(({ name }) => name === "process volley-eu")
      .every((span) => span.spanContext().traceId === CALLER.traceId),
  ).toBe(true);
  secret();
});

test("sends that are added at once stand each in the trace of its caller", async () => {
  const traceIds = ["1", "2", "3"].map((digit) => digit.repeat(32));
  const enqueued = await Promise.all(
    traceIds.map(async (traceId) => {
      const caller = trace.setSpanContext(context.active(), { ...CALLER, traceId, traceFlags: 1 });
      const inOneHour = new Date(Date.now() + 3_600_000).toISOString();
      const message = { from: "Volley", to: NUMBERS, body: "Hi", send_at: inOneHour };
      const options = { region: "eu", idempotencyKey: `trace ${traceId}` };
      return context.with(caller, async () => api.producer.enqueue(message, options));
    }),
  );
  const queue = new Queue("volley-eu", { connection: { url: testRedisUrl() }, prefix });
  const jobs = await Promise.all(enqueued.map(async ({ id }) => queue.getJob(id)));
  await queue.close();
  expect(jobs.map((job) => /-(\w{32})-/.exec(String(job?.opts.telemetry?.metadata))?.[1])).toEqual(traceIds);
});

test("what a job throws is named by its class, and says nothing else", async () => {
  const queue = new Queue("volley-eu", {
    connection: { url: testRedisUrl() },
    prefix,
  });
  opened.push(async () => queue.close());
  await queue.add(
    "send",
    { to: NUMBERS, from: "12015550100", body: 4, sesame: "marked-key" },
    { jobId: `order-${NUMBERS[0]}` },
  );
  const [failed] = await eventually(() => {
    const found = spans().filter(
      ({ name, status }) => name === "process volley-eu" && status.code === SpanStatusCode.ERROR,
    );
    return found.length > 0 && found;
  }, "a span of the job that has failed");
  expect(failed?.attributes["error.type"]).toBe("UnrecoverableError");
  expect(failed?.attributes["messaging.message.id"]).toBeUndefined();
  expect(failed?.events).toEqual([]);
  secret();
});

/** Nobody and nothing that was sent stands in any span, whatever it belongs to. */
function secret(): void {
  const all = JSON.stringify(
    spans().map(({ name, attributes, events, links, status, resource }) => ({
      name,
      attributes,
      events,
      links,
      status,
      of: resource.attributes,
    })),
  );
  for (const each of SECRETS) expect(all).not.toContain(each);
  expect(all).not.toMatch(/467\d{8}/);
}

test("a process sends its spans to where OpenTelemetry's own setting says", async () => {
  const got: string[] = [];
  const collector = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => (body += String(chunk)));
    request.on("end", () => {
      got.push(`${request.url} ${body}`);
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    });
  });
  await new Promise<void>((resolve) => collector.listen(0, "127.0.0.1", resolve));
  opened.push(async () => collector.close());
  const { port } = collector.address() as AddressInfo;
  const webhooks = await spawnWebhooks({
    REDIS_URL: testRedisUrl(),
    VOLLEY_PREFIX: prefix,
    VOLLEY_REGIONS: "eu",
    VOLLEY_CALLBACK_UNSIGNED: "allow",
    VOLLEY_HTTP_PORT: "0",
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
  });
  const report = { type: "recipient_delivery_report_sms", batch_id: "01JHFFHQ0P99JPPNQPJDV7JTBP", status: "Delivered" };
  const body = JSON.stringify({ ...report, recipient: NUMBERS[0], code: 0 });
  expect((await fetch(`${webhooks.url}/v1/callbacks/eu`, { method: "POST", body })).status).toBe(200);
  await webhooks.stop();
  expect(got.join("\n")).toContain("/v1/traces");
  expect(got.join("\n")).toContain("POST /v1/callbacks/{region}");
  expect(got.join("\n")).toContain("volley-webhooks");
  expect(got.join("\n")).not.toContain(NUMBERS[0]);
});
