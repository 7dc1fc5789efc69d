import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { createProducer, type Producer } from "@volley/producer";
import {
  createWriter,
  type Ending,
  FIRST_EVENTS,
  type PollKind,
  type PollOutcome,
  readEvents,
  readPollPlaces,
  startPoller,
} from "@volley/receipts";
import { createSinchClient, type SinchClient } from "@volley/sinch";
import { dropPrefix } from "./own-prefix.ts";
import { eventually } from "./stage/eventually.ts";
import { setUpStage, type Stage } from "./stage/stage.ts";
import { spawnWebhooks } from "./stage/webhooks-process.ts";
import type { WorkerProcess } from "./stage/worker-process.ts";

/** Where nobody listens: reports may be asked for only where there is a callback URL. */
const NOWHERE = "http://127.0.0.1:9";
const SECRET = "a secret";
const POLLING = { VOLLEY_EU_POLL_MS: "1000", VOLLEY_LOG_LEVEL: "debug" };

let stage: Stage;
let producer: Producer;

beforeEach(async () => {
  const emulator = { failShare: 0.3, speed: 200, reportUrl: NOWHERE, callbackSecret: SECRET };
  stage = await setUpStage({ regions: ["eu"], hadWorkers: true, emulator });
  producer = createProducer({ redis: stage.redisUrl, prefix: stage.prefix });
});

afterEach(async () => {
  await producer.close();
  await stage.close();
  await dropPrefix(stage.prefix);
});

function numbers(count: number, from = 0): string[] {
  return Array.from({ length: count }, (_, index) => String(46_700_000_000 + from + index));
}

type Report = "none" | "summary" | "full" | "per_recipient" | "per_recipient_final";

async function send(report: Report, to: string[]): Promise<string> {
  const message = { from: "Volley", to, body: "Hi", delivery_report: report } as const;
  const { id } = await producer.enqueue(message, { region: "eu", idempotencyKey: `${report} ${to[0]}` });
  return id;
}

async function asked(path: string): Promise<Record<string, unknown>> {
  const answer = await fetch(`${stage.emulator.url}/xms/v1/eu-plan${path}`, {
    headers: { authorization: "Bearer eu-token" },
  });
  return (await answer.json()) as Record<string, unknown>;
}

/** How many messages of a send ended by which code, as the provider has it. */
async function truth(id: string): Promise<Record<string, number>> {
  const batches = stage.emulator.batches().filter(({ request }) => String(request["client_reference"]).includes(id));
  const counts: Record<string, number> = {};
  for (const batch of batches) {
    const { statuses } = await asked(`/batches/${batch.id}/delivery_report`);
    for (const { code, count } of statuses as { code: number; count: number }[])
      counts[code] = (counts[code] ?? 0) + count;
  }
  return counts;
}

async function closed(id: string) {
  return eventually(async () => {
    const status = await producer.status(id);
    const delivery = status?.result && status.delivery;
    return delivery && delivery.open === 0 && delivery.last_at !== null ? delivery : null;
  }, "the end of all messages");
}

/** Who polls; `null` while nobody does. */
async function holder(workers: readonly WorkerProcess[]): Promise<WorkerProcess | null> {
  for (const worker of workers) {
    const text = await (await fetch(`${worker.url()}/metrics`)).text();
    if (/^volley_polls_total\{[^}]*outcome="ok"[^}]*\} [1-9]/m.test(text)) return worker;
  }
  return null;
}

async function eventIds(type: string): Promise<string[]> {
  const { events } = await readEvents(stage.redis, stage.prefix, { cursor: FIRST_EVENTS, limit: 100_000 });
  return events.filter((event) => event.type === type).map(({ id }) => id);
}

describe("polling", () => {
  it("reaches the provider's own counts without any callback, though whoever polls is killed meanwhile", async () => {
    const workers = [await stage.startWorker(POLLING), await stage.startWorker(POLLING)];
    const reports = ["per_recipient_final", "full", "summary", "per_recipient"] as const;
    const ids = await Promise.all(reports.map(async (report, index) => send(report, numbers(600, index * 2_000))));
    const polling = await eventually(async () => holder(workers), "a worker that polls");
    polling.signal("SIGKILL");
    await polling.ended();
    ids.push(await send("per_recipient_final", numbers(600, 20_000)));
    for (const id of ids) {
      const delivery = await closed(id);
      expect(delivery.by_code).toEqual(await truth(id));
      expect(delivery.delivered).toBeLessThan(600);
    }
    const ended = await eventIds("recipient.status");
    expect(new Set(ended).size).toBe(ended.length);
  }, 120_000);

  it("counts nothing twice beside callbacks, and one of two workers polls", async () => {
    const workers = [await stage.startWorker(POLLING), await stage.startWorker(POLLING)];
    const webhooks = await spawnWebhooks({
      REDIS_URL: stage.redisUrl,
      VOLLEY_PREFIX: stage.prefix,
      VOLLEY_REGIONS: "eu",
      VOLLEY_EU_CALLBACK_SECRETS: SECRET,
      VOLLEY_HTTP_PORT: "0",
    });
    try {
      const url = `${webhooks.url}/v1/callbacks/eu`;
      stage.emulator.setCallbacks({ reportUrl: url, inboundUrl: url });
      const ids = [await send("per_recipient_final", numbers(500)), await send("full", numbers(300, 5_000))];
      for (let index = 0; index < 150; index += 1)
        stage.emulator.receive({ from: String(46_700_000_000 + index), to: "12345", body: "Hej" });
      for (const id of ids) expect((await closed(id)).by_code).toEqual(await truth(id));
      await eventually(() => stage.emulator.callbacks().pending === 0, "the end of all callbacks");
      const polling = await eventually(async () => holder(workers), "a worker that polls");
      await eventually(async () => {
        const places = await readPollPlaces(stage.redis, { prefix: stage.prefix, region: "eu" });
        return places.size === 2;
      }, "both lists read to their end");
      const [ended, answered] = [await eventIds("recipient.status"), await eventIds("message.received")];
      expect([ended.length, new Set(ended).size]).toEqual([800, 800]);
      expect([answered.length, new Set(answered).size]).toEqual([150, 150]);
      expect(await holder(workers.filter((worker) => worker !== polling))).toBeNull();
    } finally {
      await webhooks.stop();
    }
  }, 90_000);
});

it.each(["callbacks", "polling"] as const)(
  "whoever says STOP is left out of the next send, and texted again after START, heard by %s alone",
  async (way) => {
    const environment = { VOLLEY_PREFIX: stage.prefix, VOLLEY_REGIONS: "eu", VOLLEY_EU_CALLBACK_SECRETS: SECRET };
    await stage.startWorker(way === "polling" ? POLLING : {});
    const webhooks =
      way === "polling"
        ? null
        : await spawnWebhooks({ REDIS_URL: stage.redisUrl, ...environment, VOLLEY_HTTP_PORT: "0" });
    try {
      if (webhooks !== null) stage.emulator.setCallbacks({ inboundUrl: `${webhooks.url}/v1/callbacks/eu` });
      const [ann = "", bo = ""] = numbers(2);
      const result = async (idempotencyKey: string) => {
        const message = { from: "12345", to: [ann, bo], body: "Hi" };
        const { id } = await producer.enqueue(message, { region: "eu", idempotencyKey });
        return eventually(async () => (await producer.status(id))?.result ?? null, "the end of a send");
      };
      const listed = async () => (await producer.suppressions.check(ann)).map(({ kind }) => kind);
      stage.emulator.receive({ from: ann, to: "12345", body: "Stop. Thank you" });
      await eventually(async () => (await listed()).length === 1, "the STOP");
      expect(await listed()).toEqual(["stop"]);
      expect(await result("after STOP")).toMatchObject({
        recipients: { accepted: 1, suppressed: 1 },
        rejected: [{ recipient: ann, reason: "opted_out" }],
      });
      stage.emulator.receive({ from: ann, to: "12345", body: "START" });
      await eventually(async () => (await listed()).length === 0, "the START");
      expect(await result("after START")).toMatchObject({ recipients: { accepted: 2, suppressed: 0 } });
      expect(stage.emulator.batches().map(({ to }) => to.length)).toEqual([1, 2]);
    } finally {
      await webhooks?.stop();
    }
  },
  60_000,
);

it("what was said while nobody listened is heard by a worker that starts, also where nothing is polled", async () => {
  const [ann = ""] = numbers(1);
  stage.emulator.receive({ from: ann, to: "12345", body: "STOP" });
  const worker = await stage.startWorker({ VOLLEY_INBOUNDS_AGAIN_HOURS: "1" });
  await eventually(async () => (await producer.suppressions.check(ann)).length === 1, "the STOP");
  const said = () => worker.log().filter(({ msg }) => msg === "what people have texted was read again");
  expect((await eventually(() => said().length === 1 && said(), "a line of the log"))[0]).toMatchObject({
    region: "eu",
    messages: 1,
    news: 1,
  });
}, 30_000);

async function post(to: string[]): Promise<void> {
  const answer = await fetch(`${stage.emulator.url}/xms/v1/eu-plan/batches`, {
    method: "POST",
    headers: { authorization: "Bearer eu-token", "content-type": "application/json" },
    body: JSON.stringify({ from: "12345", to, body: "Hi", client_reference: "x~eu-0123456789abcdefghjk" }),
  });
  expect(answer.status).toBe(201);
}

describe("a poller", () => {
  let client: SinchClient;
  let close: () => Promise<void>;
  let heard: `${PollKind} ${PollOutcome}`[];
  let read: Ending[];
  let said: string[];

  function start(): void {
    const { redis, prefix } = stage;
    client = createSinchClient({ baseUrl: stage.emulator.url, servicePlanId: "eu-plan", apiToken: "eu-token" });
    const events = { bytes: 10_000_000, ageMs: 3_600_000 };
    const writer = createWriter({ redis, prefix, keepS: 600, nonceS: 0, events });
    [heard, read, said] = [[], [], []];
    const say = (_fields: object, message: string): void => void said.push(message);
    ({ close } = startPoller({
      region: "eu",
      prefix,
      redis,
      source: client,
      writer,
      intervalMs: 100,
      log: { info: say, warn: say, error: say },
      observer: {
        polled: (_region, kind, outcome) => void heard.push(`${kind} ${outcome}`),
        read: (_region, _kind, endings) => void read.push(...(endings as Ending[])),
      },
    }));
  }

  afterEach(async () => {
    await close();
    client.close();
  });

  it("misses nothing of a list that grows while it is read", async () => {
    start();
    for (let batch = 0; batch < 6; batch += 1) {
      await post(numbers(100, batch * 100));
      await eventually(() => read.length > batch * 50, "what was read meanwhile");
    }
    await eventually(() => read.filter((ending) => ending === "changed").length >= 600, "all of it");
    expect(read.filter((ending) => ending === "different" || ending === "late")).toEqual([]);
  }, 60_000);

  it("tells once more what Redis has forgotten when it went away, under the same IDs", async () => {
    start();
    await post(numbers(50));
    await eventually(() => read.length >= 50, "all of it");
    const told = await eventIds("recipient.status");
    const keys = await stage.redis.keys(`${stage.prefix}:*`);
    const forgotten = keys.filter((key) => /:(?:receipts|delivery|events)(?::|$)/.test(key));
    await stage.redis.unlink(...forgotten);
    stage.redis.disconnect(true);
    await eventually(async () => (await eventIds("recipient.status")).length === 50, "all of it once more");
    expect((await eventIds("recipient.status")).toSorted()).toEqual(told.toSorted());
  }, 60_000);

  it("goes away for as long as the provider says, and says once that its token is dead", async () => {
    const path = "/inbounds";
    stage.emulator.faults.add({
      match: { path },
      action: { kind: "status", status: 429, headers: { "retry-after": "1" } },
    });
    start();
    await eventually(() => heard.includes("inbounds throttled"), "a 429");
    await eventually(() => heard.includes("batches ok"), "a round after it");
    expect(heard.slice(0, 2)).toEqual(["inbounds throttled", "inbounds ok"]);
    const dead = stage.emulator.faults.add({ match: { path }, times: null, action: { kind: "status", status: 401 } });
    await eventually(() => heard.filter((each) => each === "inbounds unauthorized").length === 2, "two refusals");
    stage.emulator.faults.remove(dead);
    await eventually(() => said.filter((each) => each === "polling goes on").length === 2, "the end of it");
    expect(said.filter((each) => each === "polling is refused")).toHaveLength(1);
  }, 60_000);
});
