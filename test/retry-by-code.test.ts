import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { cancelKey } from "@volley/contract";
import { createProducer, type Producer } from "@volley/producer";
import { createWriter, readCallback } from "@volley/receipts";
import { numbers, type RegionRig, startRegionRig } from "./region-rig.ts";
import { dropPrefix } from "./own-prefix.ts";
import { eventually } from "./stage/eventually.ts";
import { setUpStage, type Stage } from "./stage/stage.ts";
import { startStallingProxy } from "./stage/stalling-proxy.ts";

let rig: RegionRig;
let producer: Producer;
let others: Producer[];
/** How far the clock is ahead, in hours. */
let ahead: number;

beforeEach(async () => {
  rig = await startRegionRig();
  await rig.startWorker();
  ahead = 0;
  others = [];
  producer = open();
});

afterEach(async () => {
  await Promise.all(others.map(async (each) => each.close()));
  await rig.close();
});

/** A producer of another process. */
function open(): Producer {
  const other = createProducer({
    redis: rig.redis,
    prefix: rig.prefix,
    now: () => new Date(Date.now() + ahead * 3_600_000),
  });
  others.push(other);
  return other;
}

const REPORTED = {
  from: "12015550123",
  body: "Hi",
  delivery_report: "per_recipient_final",
  retry_codes: "temporary",
  callback_url: "http://127.0.0.1:9/",
} as const;

async function send(to: readonly string[], more: object = {}): Promise<string> {
  const { id } = await producer.enqueue(
    { ...REPORTED, to: [...to], ...more },
    { region: "eu", idempotencyKey: to.join() },
  );
  await ended(id);
  return id;
}

async function ended(id: string): Promise<void> {
  await eventually(async () => (await producer.status(id))?.state === "settled", "the result");
}

type Requested = { readonly to: string[]; readonly client_reference: string; readonly parameters?: object };

/** What a batch was asked for with. */
function requestOf(batchId: string): Requested {
  const found = rig.emulator.batches().find(({ id }) => id === batchId);
  return found?.request as unknown as Requested;
}

type Report = readonly [recipient: string, status: string, code: number];

/** The provider reports what became of them. */
async function report(id: string, reports: readonly Report[]): Promise<void> {
  const { redis, prefix } = rig;
  const writer = createWriter({ redis, prefix, keepS: 600, nonceS: 600, events: { bytes: 1e7, ageMs: 1e6 } });
  const { batches } = await producer.batches(id);
  const batchOf = new Map<string, { id: string; reference: string }>();
  for (const { id: batch } of batches) {
    const { to, client_reference: reference } = requestOf(batch);
    for (const recipient of to) batchOf.set(recipient, { id: batch, reference });
  }
  await Promise.all(
    reports.map(async ([recipient, status, code]) => {
      const of = batchOf.get(recipient);
      const callback = { type: "recipient_delivery_report_sms", batch_id: of?.id, client_reference: of?.reference };
      const about = { ...callback, recipient, status, code, at: new Date().toISOString() };
      return writer.write({ region: "eu", callback: readCallback(about) });
    }),
  );
}

const [ANN, BO, CY, DI, EVE] = numbers(5) as [string, string, string, string, string];

const texted = (to: readonly string[]): number[] => to.map((number) => rig.emulator.timesTexted(number));

describe("a send with retry_codes", () => {
  it("goes once more to those alone whose messages have failed for a while, and says so", async () => {
    const id = await send([ANN, BO, CY, DI, EVE]);
    await report(id, [
      [ANN, "Failed", 201],
      [BO, "Delivered", 0],
      [CY, "Failed", 150],
      [DI, "Unknown", 201],
      [EVE, "Aborted", 404],
    ]);
    const [done, ...more] = await producer.redeliver("eu");
    expect(more).toEqual([]);
    expect(done).toMatchObject({ send: id, recipients: 2, lost: 0 });
    await ended(done?.id ?? "");
    expect(texted([ANN, BO, CY, DI, EVE])).toEqual([2, 1, 1, 1, 2]);
    expect((await producer.status(id))?.delivery).toMatchObject({ failed: 2, retried_as: done?.id });

    await report(done?.id ?? "", [
      [ANN, "Delivered", 0],
      [EVE, "Failed", 201],
    ]);
    expect((await producer.status(done?.id ?? ""))?.delivery).toMatchObject({ delivered: 1, failed: 1 });
    expect(await producer.redeliver("eu")).toEqual([]);
    expect(texted([ANN, EVE])).toEqual([2, 2]);
  });

  it("waits while messages are open, until half of the time that it has is over; nobody unreported gets it twice", async () => {
    const id = await send([ANN, BO]);
    await report(id, [[ANN, "Failed", 201]]);
    expect(await producer.redeliver("eu")).toEqual([]);
    ahead = 35;
    expect(await producer.redeliver("eu")).toEqual([]);
    ahead = 37;
    expect(await producer.redeliver("eu")).toMatchObject([{ send: id, recipients: 1 }]);
    await report(id, [[BO, "Failed", 201]]);
    await again(id);
    expect(await producer.redeliver("eu")).toMatchObject([{ send: id }]);
    await eventually(() => rig.emulator.timesTexted(ANN) === 2, "the second text");
    expect(texted([BO])).toEqual([1]);
  });

  it.each([
    ["has expired", async () => void (ahead = 73)],
    ["was canceled", async (id: string) => void (await producer.cancel(id))],
    ["has met other codes alone", async (id: string) => report(id, [[ANN, "Failed", 203]])],
  ])("does not go once more where it %s", async (title, happens) => {
    const id = await send([ANN], { retry_codes: [201] });
    if (!title.includes("codes")) await report(id, [[ANN, "Failed", 201]]);
    await happens(id);
    expect(await producer.redeliver("eu")).toEqual([]);
    expect(await rig.redis.zcard(`${rig.prefix}:redeliver:eu`)).toBe(0);
    expect(texted([ANN])).toEqual([1]);
  });

  it("is not sent once more where it is canceled after that was put on the queue, or while somebody does", async () => {
    const id = await send([ANN]);
    await report(id, [[ANN, "Failed", 201]]);
    await producer.region("eu").pause();
    const [done] = await producer.redeliver("eu");
    await expect(producer.cancel(id, { waitMs: 1 })).rejects.toMatchObject({ code: "VOLLEY_WORKER_SILENT" });
    await producer.region("eu").resume();
    await ended(done?.id ?? "");
    expect((await producer.status(done?.id ?? ""))?.result?.recipients).toMatchObject({ canceled: 1, accepted: 0 });

    const other = await send([BO]);
    await report(other, [[BO, "Failed", 201]]);
    expect(await producer.cancel(other)).toEqual({ stopped: 0, tooLate: 1, unknown: 0 });
    // Somebody has looked before it was canceled.
    await rig.redis.del(cancelKey(rig.prefix, "eu", { id: other, timestamp: 0 }));
    await again(other);
    const [raced] = await producer.redeliver("eu");
    await ended(raced?.id ?? "");
    expect(texted([ANN, BO])).toEqual([1, 1]);
  });

  it("goes once more with everybody's own words, once, whoever looks at it at once and dies in between", async () => {
    const to = numbers(1_200);
    const names = Object.fromEntries(to.map((number) => [number, `N${number}`]));
    const personal = to.map((number) => ({ to: number, parameters: { name: names[number] ?? "" } }));
    const message = { ...REPORTED, body: "Hi ${name}, ${shop}", parameters: { shop: { default: "Volley" } } };
    const { id } = await producer.enqueue({ ...message, to: personal }, { region: "eu", idempotencyKey: "many" });
    await ended(id);
    const failed = to.filter((_, index) => index % 3 === 0);
    const state = (number: string): Report =>
      failed.includes(number) ? [number, "Failed", 201] : [number, "Delivered", 0];
    await report(id, to.map(state));
    const rounds = await Promise.all([open(), open(), open()].map(async (each) => each.redeliver("eu")));
    const ids = new Set(rounds.flat().map((each) => each.id));
    expect(ids.size).toBe(1);
    await again(id);
    expect((await producer.redeliver("eu")).map((each) => each.id)).toEqual([...ids]);
    await ended([...ids][0] ?? "");
    expect(to.filter((number) => rig.emulator.timesTexted(number) === 2)).toEqual(failed);
    expect(to.filter((number) => rig.emulator.timesTexted(number) > 2)).toEqual([]);
    const { batches } = await producer.batches([...ids][0] ?? "");
    const { parameters } = requestOf(batches[0]?.id ?? "");
    const [first] = failed;
    expect(JSON.stringify(parameters)).toContain(`"${first}":"N${first}"`);
  });

  it("leaves nothing that is due, however many there are", async () => {
    const due = Array.from({ length: 150 }, (_, index) => ["0", `gone-${index}`]).flat();
    await rig.redis.zadd(`${rig.prefix}:redeliver:eu`, ...due);
    await Promise.all([open(), open(), open()].map(async (each) => each.redeliver("eu")));
    expect(await rig.redis.zcard(`${rig.prefix}:redeliver:eu`)).toBe(0);
  });

  it("says how many are not kept any more, and goes to nobody by a guess", async () => {
    const id = await send([ANN], { body: "Hi ${name}", parameters: { name: { [ANN]: "Ann" } } });
    await report(id, [[ANN, "Failed", 201]]);
    const job = await rig.queue.getJob(id);
    const { message, ...data } = job?.data ?? {};
    await job?.updateData({ ...data, message: { ...message, to: undefined, parameters: undefined } });
    expect(await producer.redeliver("eu")).toEqual([{ send: id, id: null, recipients: 0, lost: 1 }]);
    expect(texted([ANN])).toEqual([1]);
  });
});

/** A process has died after it had enqueued the second send, and before it had noted that. */
async function again(id: string): Promise<void> {
  await rig.redis.hdel(`${rig.prefix}:delivery:eu:${id}`, "retried_as");
  await rig.redis.zadd(`${rig.prefix}:redeliver:eu`, 0, id);
}

describe("a worker that is killed when it has enqueued the second send, and before it could note that", () => {
  let stage: Stage;
  let ofStage: Producer;

  beforeAll(async () => {
    stage = await setUpStage({ regions: ["eu"], hadWorkers: true });
    ofStage = createProducer({ redis: stage.redisUrl, prefix: stage.prefix });
  });

  afterAll(async () => {
    await ofStage.close();
    await stage.close();
    await dropPrefix(stage.prefix);
  });

  const settledIn = async (id: string) =>
    eventually(async () => (await ofStage.status(id))?.result, "the result", 50_000);

  it("leaves it to another one: there is one second send, and nobody gets a third text", async () => {
    const proxy = await startStallingProxy(stage.redisUrl, { at: "retried_as", lost: "command" });
    const doomed = await stage.startWorker({ REDIS_URL: proxy.url });
    const { id } = await ofStage.enqueue({ ...REPORTED, to: [ANN, BO] }, { region: "eu", idempotencyKey: "one" });
    const { batches } = await settledIn(id);
    const request = stage.emulator.batches()[0]?.request as unknown as Requested;
    const { redis, prefix } = stage;
    const writer = createWriter({ redis, prefix, keepS: 600, nonceS: 600, events: { bytes: 1e7, ageMs: 1e6 } });
    const usual = { type: "recipient_delivery_report_sms", at: new Date().toISOString(), batch_id: batches[0]?.id };
    const reports = { [ANN]: ["Failed", 201], [BO]: ["Delivered", 0] } as const;
    for (const [recipient, [status, code]] of Object.entries(reports)) {
      const about = { ...usual, client_reference: request.client_reference, recipient, status, code };
      await writer.write({ region: "eu", callback: readCallback(about) });
    }
    await eventually(proxy.isStalled, "the note that it was sent once more", 30_000);
    doomed.signal("SIGKILL");
    await doomed.ended();
    await proxy.close();
    expect((await ofStage.status(id))?.delivery).not.toHaveProperty("retried_as");

    await stage.startWorker();
    const second = await eventually(
      async () => (await ofStage.status(id))?.delivery?.retried_as,
      "the second send by name",
      30_000,
    );
    expect((await settledIn(second)).recipients).toMatchObject({ requested: 1, accepted: 1 });
    expect(await stage.redis.zcard(`${prefix}:redeliver:eu`)).toBe(0);
    const jobs = await stage.queue("eu").getJobs(["completed", "failed", "waiting", "active", "delayed"]);
    expect(new Set(jobs.map((job) => job.id))).toEqual(new Set([id, second]));
    expect(jobs).toHaveLength(2);
    expect([ANN, BO].map((number) => stage.emulator.timesTexted(number))).toEqual([2, 1]);
  }, 150_000);
});
