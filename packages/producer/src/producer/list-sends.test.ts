import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { type ListedRow, LISTED_MS, noRecipients, queueName, sendsKey, writeListed } from "@volley/contract";
import { Queue, Worker } from "bullmq";
import { Redis } from "ioredis";
import { dropPrefix, ownPrefix, testRedisUrl } from "../../../../test/own-prefix.ts";
import { sayServed } from "../../../../test/stage/stage.ts";
import { eventually } from "../../../../test/stage/eventually.ts";
import { createProducer, type Producer } from "./producer.ts";
import type { ListOptions } from "./list-options.ts";
import type { SendInList } from "./list-sends.ts";

const SEND = { from: "Volley", to: ["46701234567"], body: "Hi" };
type Fields = { readonly from?: string; readonly to?: string[]; readonly label?: string; readonly send_at?: string };
const ROUTES = { prefixes: { "46": "eu", "1": "us" }, default: null };
const RESULT = { state: "accepted", region: "eu", recipients: { ...noRecipients(1), accepted: 1 } };
const ROW: ListedRow = {
  id: "eu-00000000000000000000",
  region: "eu",
  kind: "send",
  whole: null,
  from: null,
  label: null,
  requested: 1,
  valid: 1,
};

let prefix: string;
let redis: Redis;
let queue: Queue;
let worker: Worker;
let producer: Producer;
let keys = 0;

beforeEach(async () => {
  prefix = ownPrefix();
  redis = new Redis(testRedisUrl(), { maxRetriesPerRequest: null });
  await sayServed(redis, prefix, ["eu", "us"]);
  queue = new Queue(queueName("eu"), { connection: redis, prefix });
  worker = new Worker(queue.name, null, { connection: redis, prefix, autorun: false, lockDuration: 60_000 });
  producer = createProducer({ redis: testRedisUrl(), prefix, routes: ROUTES, coalesce: { lingerMs: 1 } });
});

afterEach(async () => {
  await producer.close();
  await worker.close();
  await queue.close();
  await dropPrefix(prefix);
  redis.disconnect();
});

const enqueue = async (fields: Fields = {}, region = "eu"): Promise<string> => {
  const { id } = await producer.enqueue({ ...SEND, ...fields }, { region, idempotencyKey: `send ${++keys}` });
  return id;
};

const idsOf = async (options: ListOptions = {}): Promise<string[]> =>
  (await producer.list(options)).sends.map(({ id }) => id);

const pagesOf = async (options: ListOptions, between = async (): Promise<void> => {}): Promise<SendInList[]> => {
  const all: SendInList[] = [];
  let { sends, cursor } = await producer.list(options);
  for (let pages = 1; ; pages += 1) {
    all.push(...sends);
    if (cursor === null || pages === 100) return all;
    await between();
    ({ sends, cursor } = await producer.list({ ...options, cursor }));
  }
};

describe("the list of sends", () => {
  it("has each one once, the newest first, and where it is", async () => {
    const scheduled = await enqueue({ send_at: new Date(Date.now() + 3_600_000).toISOString(), label: "later" });
    const done = await enqueue({ to: ["46701234567", "46701234567", "nobody"] });
    const job = await worker.getNextJob("a token");
    await job?.moveToCompleted(RESULT, "a token", false);
    const failed = await enqueue();
    const next = await worker.getNextJob("a token");
    await next?.moveToFailed(new Error("no send"), "a token", false);
    const sending = await enqueue();
    await worker.getNextJob("a token");
    const queued = await enqueue();
    const { sends, cursor } = await producer.list();
    expect(cursor).toBeNull();
    expect(sends.map(({ id, state }) => [id, state])).toEqual([
      [queued, "queued"],
      [sending, "sending"],
      [failed, "failed"],
      [done, "settled"],
      [scheduled, "scheduled"],
    ]);
    expect(sends[3]).toEqual({
      id: done,
      region: "eu",
      kind: "send",
      from: "Volley",
      label: null,
      state: "settled",
      enqueuedAt: expect.stringMatching(/^20\d\d-.*Z$/),
      recipients: { requested: 3, valid: 1 },
      result: { state: "accepted", recipients: RESULT.recipients },
    });
    expect(await idsOf({ state: "accepted" })).toEqual([done]);
    expect(await idsOf({ state: "queued" })).toEqual([queued]);
    expect(await idsOf({ label: "later" })).toEqual([scheduled]);
    await job?.remove();
    expect((await producer.list()).sends[3]).toMatchObject({ id: done, state: null, result: null });
  });

  it("says of one that a worker puts back that it is queued, as its status does", async () => {
    const id = await enqueue();
    const job = await worker.getNextJob("a token");
    await job?.updateProgress({ last: { outcome: "unavailable", code: "http_503", at: new Date().toISOString() } });
    await job?.moveToDelayed(Date.now() + 60_000, "a token");
    expect((await producer.list()).sends).toMatchObject([{ id, state: "queued" }]);
    expect(await producer.status(id)).toMatchObject({ state: "queued" });
  });

  it("loses none and shows none twice, of one moment and while others come", async () => {
    const ids = await Promise.all(Array.from({ length: 40 }, async () => enqueue()));
    const seen = await pagesOf({ limit: 7 }, async () => void (await Promise.all([enqueue(), enqueue()])));
    expect(seen).toHaveLength(40);
    expect(new Set(seen.map(({ id }) => id))).toEqual(new Set(ids));
    expect(seen).toEqual(
      seen.toSorted((a, b) => (a.enqueuedAt < b.enqueuedAt ? 1 : a.enqueuedAt > b.enqueuedAt ? -1 : 0)),
    );
  });

  it("has no second row for what is enqueued again", async () => {
    const key = { region: "eu", idempotencyKey: "once" };
    const again = await Promise.all([1, 2, 3].map(async () => producer.enqueue(SEND, key)));
    expect(await idsOf()).toEqual([again[0]?.id]);
  });

  it("has by region, sender and time what was asked for", async () => {
    const eu = await enqueue({ from: "46700000000" });
    const [first] = (await producer.list()).sends;
    const since = new Date(Date.parse(first?.enqueuedAt ?? "") + 1).toISOString();
    await eventually(() => Date.now() > Date.parse(since), "the next moment");
    const us = await enqueue({}, "us");
    expect(await idsOf({ region: "eu" })).toEqual([eu]);
    expect(await idsOf({ region: ["us", "eu"], from: ["Volley", "x"] })).toEqual([us]);
    expect(await idsOf({ from: "+46 70-000 00 00" })).toEqual([eu]);
    expect([await idsOf({ since }), await idsOf({ until: since })]).toEqual([[us], [eu]]);
    expect((await pagesOf({ since, limit: 1 })).map(({ id }) => id)).toEqual([us]);
  });

  it("has one of several regions as one, and that of a region where it is asked for", async () => {
    const to = ["46701234567", "12015550123", "12015550124"];
    const { id } = await producer.enqueue({ ...SEND, to, label: "both" }, { region: "auto", idempotencyKey: "both" });
    const row = {
      id,
      region: "auto",
      kind: "auto",
      label: "both",
      state: "queued",
      recipients: { requested: 3, valid: 3 },
    };
    expect((await producer.list()).sends).toEqual([expect.objectContaining(row)]);
    expect(await idsOf({ region: "auto", label: "both", state: "queued" })).toEqual([id]);
    const { sends } = await producer.list({ region: "us" });
    expect(sends).toMatchObject([{ region: "us", whole: id, label: "both", recipients: { requested: 2, valid: 2 } }]);
  });

  it("has messages that went together as one", async () => {
    const together = await Promise.all(
      ["46701234567", "46701234568"].map(async (to) => producer.coalesce({ ...SEND, to }, { region: "eu" })),
    );
    const id = together[0]?.id;
    expect((await producer.list()).sends).toMatchObject([
      { id, kind: "coalesced", recipients: { requested: 2, valid: 2 } },
    ]);
  });

  it("looks at so many rows for one page, and goes on behind them", async () => {
    const id = await enqueue({ label: "rare" });
    const pipeline = redis.pipeline();
    for (let row = 0; row < 10_001; row += 1) pipeline.xadd(sendsKey(prefix), "*", ...writeListed(ROW));
    await pipeline.exec();
    const first = await producer.list({ label: "rare" });
    expect(first).toEqual({ sends: [], cursor: expect.any(String) });
    expect((await pagesOf({ label: "rare" })).map((send) => send.id)).toEqual([id]);
    const gone = await producer.list({ state: "queued", limit: 1 });
    expect(gone).toEqual({ sends: [], cursor: expect.any(String) });
  });

  it("forgets what is too old with the next one that comes, and passes over what it cannot read", async () => {
    const old = `${Date.now() - LISTED_MS - 1_000}`;
    const pipeline = redis.pipeline();
    for (let row = 0; row < 300; row += 1) pipeline.xadd(sendsKey(prefix), `${old}-${row}`, ...writeListed(ROW));
    pipeline.xadd(sendsKey(prefix), "*", "a", "b");
    await pipeline.exec();
    expect(await producer.list()).toEqual({ sends: [], cursor: null });
    const id = await enqueue();
    expect(await redis.xlen(sendsKey(prefix))).toBeLessThan(200);
    expect(await idsOf()).toEqual([id]);
  });

  it.each<[ListOptions, string]>([
    [{ cursor: "x" }, "expected the cursor of a page"],
    [{ region: "E U" }, "region: expected a name"],
    [{ since: "yesterday" }, "list.since: expected a time as ISO-8601"],
    [{ from: [1] as unknown as string[] }, "list.from: expected a text, or a list of texts"],
    [{ state: "gone" as "queued" }, "list.state: expected scheduled, queued"],
    [{ limit: 0 }, "list.limit: expected a whole number"],
  ])("refuses %j", async (options, message) => {
    await expect(producer.list(options)).rejects.toThrow(message);
  });
});
