import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { FaultAction } from "@volley/emulator";
import { createProducer, type Producer } from "@volley/producer";
import { dropPrefix } from "../own-prefix.ts";
import { runVolley } from "../stage/cli-process.ts";
import { eventually } from "../stage/eventually.ts";
import { setUpStage, type Stage } from "../stage/stage.ts";
import { spawnWebhooks, type WebhooksProcess } from "../stage/webhooks-process.ts";
import type { WorkerProcess } from "../stage/worker-process.ts";

const TEXT = "the answer that nobody else may read";
const SECRET = "the-secret-of-callbacks";
const TOKEN = "the-end-of-a-path";
const LIST_SECRET = "the-secret-of-the-list";
const HOOK = "the-path-of-an-endpoint";
const REPLY = "the reply that nobody else may read";
const SENDER = "46990000000";

/** What the provider's lists are answered with, one after the other, before they are answered as they should be. */
const TROUBLE: readonly FaultAction[] = [
  { kind: "status", status: 400, body: { code: "syntax_invalid_parameter_format", text: `'46993000000' ${TEXT}` } },
  { kind: "status", status: 500, body: { text: TEXT } },
  { kind: "malformed", shape: "truncated", accept: true },
  { kind: "drop", accept: true },
];

let stage: Stage;
let worker: WorkerProcess;
let webhooks: WebhooksProcess;
let producer: Producer;
let consumer: Server;
let taken: number;

async function refuse(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await text(request);
  taken += 1;
  response.writeHead(taken % 2 === 0 ? 500 : 302, { location: `http://127.0.0.1:1/${SENDER}` }).end(body);
}

beforeAll(async () => {
  stage = await setUpStage({ emulator: { failShare: 0.3, speed: 200, callbackSecret: SECRET } });
  // It says of everything what it was sent, and takes nothing.
  consumer = createServer((request, response) => void refuse(request, response));
  taken = 0;
  consumer.listen(0, "127.0.0.1");
  await once(consumer, "listening");
  const events = {
    VOLLEY_LOG_LEVEL: "trace",
    VOLLEY_EVENTS_QUEUE: "true",
    VOLLEY_EVENTS_ALLOW_NETWORKS: "127.0.0.1",
    VOLLEY_EVENTS_RETRY_S: "1",
    VOLLEY_SUPPRESSION_SECRET: LIST_SECRET,
  };
  webhooks = await spawnWebhooks({
    ...events,
    REDIS_URL: stage.redisUrl,
    VOLLEY_PREFIX: stage.prefix,
    VOLLEY_REGIONS: "us",
    VOLLEY_US_CALLBACK_SECRETS: SECRET,
    VOLLEY_US_CALLBACK_TOKENS: TOKEN,
    VOLLEY_HTTP_PORT: "0",
  });
  const url = `${webhooks.url}/v1/callbacks/us`;
  stage.emulator.setCallbacks({ reportUrl: url, inboundUrl: url });
  for (const action of TROUBLE) {
    for (const path of ["/inbounds", "/delivery_reports"])
      stage.emulator.faults.add({ match: { method: "GET", path }, action });
  }
  worker = await stage.startWorker({
    ...events,
    VOLLEY_US_POLL_MS: "1000",
    VOLLEY_US_DELIVERY_REPORT: "per_recipient_final",
    VOLLEY_US_REPLY_STOP: REPLY,
  });
  producer = createProducer({ redis: stage.redisUrl, prefix: stage.prefix, suppressionSecret: LIST_SECRET });
});

afterAll(async () => {
  await producer.close();
  await webhooks.stop();
  await stage.close();
  consumer.closeAllConnections();
  consumer.close();
  await dropPrefix(stage.prefix);
});

async function post(body: string, path = `/${TOKEN}`): Promise<string> {
  const answer = await fetch(`${webhooks.url}/v1/callbacks/us${path}`, { method: "POST", body });
  return `${answer.status} ${await answer.text()}`;
}

async function shown(url: string): Promise<string> {
  const answers = await Promise.all(["metrics", "readyz"].map(async (path) => fetch(`${url}/${path}`)));
  return (await Promise.all(answers.map(async (answer) => answer.text()))).join("\n");
}

/** What the command says, and how it ends. */
async function volley(...words: string[]): Promise<string> {
  const environment = {
    REDIS_URL: stage.redisUrl,
    VOLLEY_PREFIX: stage.prefix,
    VOLLEY_SUPPRESSION_SECRET: LIST_SECRET,
  };
  const command = runVolley(words, environment);
  return `${await command.ended()}: ${command.output()}`;
}

/** Spoils a key, and takes that back. */
async function spoiled<T>(key: string, work: () => Promise<T>): Promise<T> {
  await stage.redis.rename(key, `${key}-before`);
  await stage.redis.set(key, TEXT);
  const done = await work();
  await stage.redis.rename(`${key}-before`, key);
  return done;
}

test("nothing of anybody stands in logs, metrics or answers with the whole way back on, and failing", async () => {
  const { port } = consumer.address() as AddressInfo;
  const { secret } = await producer.endpoints.add({ url: `http://127.0.0.1:${port}/${HOOK}` });
  await producer.endpoints.add({ url: `http://10.0.0.1/${HOOK}` });
  const numbers = Array.from({ length: 40 }, (_, index) => String(46_993_000_000 + index));
  await producer.suppressions.add(["46993000001"]);
  const { id } = await producer.enqueue(
    { from: SENDER, to: numbers, body: TEXT },
    { region: "us", idempotencyKey: "one" },
  );
  await eventually(async () => (await producer.status(id))?.delivery?.open === 0, "all reports");
  const said = [TEXT, `STOP ${TEXT}`, "STOP", "stop it", "START", "stop it", "STOP"];
  for (const [index, body] of said.entries()) {
    stage.emulator.receive({ from: `4699300000${2 + (index % 3)}`, to: SENDER, body });
  }
  await eventually(async () => (await producer.inbounds()).inbounds.length === said.length, "all answers");
  // The list cannot be read, and says so of the region and of the send.
  const unread = await spoiled(`${stage.prefix}:suppressions`, async () => {
    const to = ["46993000001", "46993000009"];
    const held = await producer.enqueue({ from: SENDER, to, body: TEXT }, { region: "us", idempotencyKey: "two" });
    const reason = async () => (await producer.status(held.id))?.holds?.find((hold) => hold.reason?.includes("list"));
    const add = JSON.stringify(await producer.suppressions.add("46993000011").catch(String));
    return [
      JSON.stringify(await eventually(reason, "a reason")),
      add,
      await volley("suppress", "check", "46993000012"),
    ];
  });
  const commands = [
    await volley("suppress", "maybe", "list"),
    await volley("suppress", "maybe", "decide", "46993000003", "stop", "--all", "--by", "eva"),
    await volley("suppress", "add", "46993000013", `4699300001x${TEXT.length}`),
    await volley("suppress", "export"),
    await volley("suppress", "proof", "46993000002", "--json"),
    await volley("suppress", "proof", "46993000099"),
    await volley("forget", "46993000014", "--yes"),
  ];
  await eventually(() => JSON.stringify(stage.emulator.batches()).includes(REPLY), "a reply to STOP");
  const report = {
    type: "recipient_delivery_report_sms",
    batch_id: "b",
    recipient: "46993000003",
    status: "Failed",
    code: 150,
  };
  const answers = [
    await post(JSON.stringify({ ...report, client_reference: `${TEXT}~${id}` })),
    await post(JSON.stringify({ ...report, status: "Delivered", code: 0 })),
    await post(JSON.stringify({ ...report, recipient: { [TEXT]: "46993000004" } })),
    await post(JSON.stringify({ type: TEXT, id: "46993000005" })),
    await post(`46993000006 ${TEXT}`),
    await post(JSON.stringify(report), "/46993000007"),
    await post(JSON.stringify(report), ""),
  ];
  expect(answers.map((answer) => answer.slice(0, 3))).toEqual(["200", "200", "400", "200", "400", "401", "401"]);
  await eventually(() => taken > 10, "an endpoint that refuses");
  // Redis takes nothing more: the stream of events is something else now.
  await stage.redis.rename(`${stage.prefix}:events`, `${stage.prefix}:events-before`);
  await stage.redis.set(`${stage.prefix}:events`, TEXT);
  expect(await post(JSON.stringify({ ...report, recipient: "46993000008" }))).toMatch(/^503/);
  await eventually(() => /could not be written/.test(webhooks.output()), "a word about Redis");
  const keys = await stage.redis.keys(`${stage.prefix.replaceAll(/[[\]*?]/g, "\\$&")}:*`);
  // What somebody alone was sent last stands under their number; whoever may read Redis may read the sends, too.
  const named = keys.filter((key) => /4699300\d/.test(key) && !key.startsWith(`${stage.prefix}:reached:us:${SENDER}:`));
  expect([named, keys.filter((key) => key.includes(TEXT))]).toEqual([[], []]);
  const all = [
    ...answers,
    ...unread,
    ...commands,
    await shown(webhooks.url),
    await shown(worker.url()),
    webhooks.output(),
    worker.output(),
  ].join("\n");
  expect(all).toContain("another end than before");
  // The sender of ours that somebody has answered is nobody.
  expect(all.replaceAll(SENDER, "").match(/.{0,80}(?<![\d.])4699\d{3,}/g)).toBeNull();
  for (const each of [TEXT, REPLY, SECRET, TOKEN, HOOK, LIST_SECRET, secret, "us-token"])
    expect(all).not.toContain(each);
}, 90_000);
