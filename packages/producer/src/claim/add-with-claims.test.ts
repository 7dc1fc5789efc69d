import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { queueName } from "@volley/contract";
import { type LocalRedis, startRedis } from "@volley/local-redis";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { dropPrefix, ownPrefix, testRedisUrl } from "../../../../test/own-prefix.ts";
import { type Addition, addOnce } from "./add-with-claims.ts";
import { type Claim, findClaim, findClaims, isClaimed } from "./claim.ts";
import { createProducer } from "../producer/producer.ts";
import { createQueueAccess, type QueueAccess } from "../redis/queue-access.ts";
import { createRedisLink } from "../redis/redis-link.ts";

const [ID, A, B] = ["eu-00000000000000000000", "eu-0000000000000000000a", "eu-0000000000000000000b"];
const CLAIM: Claim = { print: "abcdefghijkl", what: ID };
const GOING_ON = async (): Promise<void> => {};
const GIVEN_UP = async (): Promise<never> => Promise.reject(new Error("given up"));

let prefix: string;
let redis: Redis;
let queue: Queue;
let access: QueueAccess;
let addition: Addition;

beforeEach(() => {
  prefix = ownPrefix();
  redis = new Redis(testRedisUrl(), { maxRetriesPerRequest: null });
  queue = new Queue(queueName("eu"), { connection: redis, prefix });
  access = createQueueAccess(createRedisLink(redis, 30_000), prefix);
  addition = {
    region: "eu",
    id: ID,
    data: { from: "Volley", to: ["46701234567", "46701234568"], body: "Hi" },
    delayMs: 0,
    claims: new Map([
      [A, CLAIM],
      [B, CLAIM],
    ]),
    listed: { kind: "send", whole: null, requested: 2, valid: 2 },
    rememberForMs: 60_000,
    rememberKeys: 1_000,
  };
});

afterEach(async () => {
  await access.close();
  await queue.close();
  await dropPrefix(prefix);
  redis.disconnect();
});

const withStage = (pieces: number): Addition => ({
  ...addition,
  claims: new Map([[ID, CLAIM]]),
  stage: { key: `${prefix}:stages:s`, pieces, keepMs: 9e8 },
});

const claimed = async (of = access) => Object.fromEntries(await findClaims(of, "eu", [ID, A, B]));

describe("a send and the keys that stand for it", () => {
  it("are written together", async () => {
    expect(await addOnce(access, addition, GOING_ON)).toEqual({ kind: "added" });
    expect((await queue.getJob(ID))?.data).toEqual(addition.data);
    expect(await claimed()).toEqual({ [A]: CLAIM, [B]: CLAIM });
    expect(await redis.hexists(queue.toKey(ID), "fence")).toBe(0);
    expect(await findClaim(access, { region: "eu", id: A })).toEqual(CLAIM);
    expect(await Promise.all([A, B, ID].map(async (id) => isClaimed(access, { region: "eu", id })))).toEqual([
      true,
      true,
      false,
    ]);
  });

  it("are both not written when one key is taken, and nothing is left behind", async () => {
    const other = { ...addition, id: "eu-00000000000000000001", claims: new Map([[B, { ...CLAIM, print: "other" }]]) };
    await addOnce(access, other, GOING_ON);
    expect(await addOnce(access, addition, GOING_ON)).toEqual({
      kind: "taken",
      claims: new Map([[B, { ...CLAIM, print: "other" }]]),
    });
    expect(Object.keys(await claimed())).toEqual([B]);
    expect(await redis.exists(queue.toKey(ID))).toBe(0);
    expect(await queue.getWaitingCount()).toBe(1);
  });

  it("are written once when the connection broke before the answer and the transaction comes again", async () => {
    await addOnce(access, addition, GOING_ON);
    expect(await addOnce(access, addition, GOING_ON)).toMatchObject({ kind: "taken" });
    const keyless = { ...addition, id: "eu-00000000000000000002", claims: new Map() };
    for (const _ of [1, 2]) expect(await addOnce(access, keyless, GOING_ON)).toEqual({ kind: "added" });
    expect(await queue.getWaitingCount()).toBe(2);
  });

  it("are not written a second time when the job has come and gone in between", async () => {
    await addOnce(access, addition, GOING_ON);
    await queue.remove(ID);
    expect(await addOnce(access, addition, GOING_ON)).toMatchObject({ kind: "taken" });
    expect(await queue.getWaitingCount()).toBe(0);
  });

  it("are not written over a job of somebody else's, which stays as it is", async () => {
    await queue.add("send", { body: "another" }, { jobId: ID });
    const own = { ...addition, claims: new Map([[ID, CLAIM]]) };
    expect(await addOnce(access, own, GOING_ON)).toEqual({ kind: "occupied" });
    expect((await queue.getJob(ID))?.data).toEqual({ body: "another" });
    expect(await redis.hexists(queue.toKey(ID), "fence")).toBe(0);
    expect(await claimed()).toEqual({});
  });

  it("are written where a fence was left by a process that died", async () => {
    await redis.hset(queue.toKey(ID), "fence", "1");
    const own = { ...addition, claims: new Map([[ID, CLAIM]]) };
    expect(await addOnce(access, own, GOING_ON)).toEqual({ kind: "added" });
  });

  it("are written where the list of sends takes no row", async () => {
    await redis.set(`${prefix}:sends`, "no stream");
    const whole = { id: "auto-00000000000000000000", kind: "auto" } as const;
    const added = { ...addition, listed: { ...addition.listed, whole } };
    expect(await addOnce(access, added, GOING_ON)).toEqual({ kind: "added" });
    expect(await claimed()).toEqual({ [A]: CLAIM, [B]: CLAIM });
  });

  it("are both not written where the claims cannot be read", async () => {
    await redis.set(`${prefix}:keys:eu:0`, "no hash");
    await expect(addOnce(access, addition, GOING_ON)).rejects.toThrow("WRONGTYPE");
    expect(await queue.getJobs()).toEqual([]);
    expect(await redis.exists(queue.toKey(ID))).toBe(0);
  });

  it("are not written when they were given up before their turn came", async () => {
    await expect(addOnce(access, addition, GIVEN_UP)).rejects.toThrow("given up");
    expect(await queue.getWaitingCount()).toBe(0);
  });
});

describe("a stage", () => {
  beforeEach(async () => {
    await redis.hset(`${prefix}:stages:s`, "0", "a", "1", "b");
    await redis.pexpire(`${prefix}:stages:s`, 60_000);
  });

  it("lives as long as its send from the moment when that is added", async () => {
    expect(await addOnce(access, withStage(2), GOING_ON)).toEqual({ kind: "added" });
    expect(await redis.pttl(`${prefix}:stages:s`)).toBeGreaterThan(8e8);
  });

  it("that Redis has forgotten in part is not sent, and lives no longer than before", async () => {
    expect(await addOnce(access, withStage(3), GOING_ON)).toEqual({ kind: "incomplete" });
    expect(await queue.getJobs()).toEqual([]);
    expect(await claimed()).toEqual({});
    expect(await redis.pttl(`${prefix}:stages:s`)).toBeLessThan(60_001);
  });

  it("lives no longer than before where the key is taken", async () => {
    await addOnce(access, { ...addition, claims: new Map([[ID, CLAIM]]) }, GOING_ON);
    expect(await addOnce(access, withStage(2), GOING_ON)).toMatchObject({ kind: "taken" });
    expect(await redis.pttl(`${prefix}:stages:s`)).toBeLessThan(60_001);
  });
});

describe("a Redis that has forgotten scripts", () => {
  // One of its own: other tests would notice.
  let forgetful: LocalRedis;
  let connection: Redis;

  beforeEach(async () => {
    forgetful = await startRedis({ prefer: "server" });
    connection = new Redis(forgetful.url, { maxRetriesPerRequest: null });
  });

  afterEach(async () => {
    connection.disconnect();
    await forgetful.stop();
  });

  it("takes neither send nor keys, and both once it knows the scripts again", async () => {
    const own = createQueueAccess(createRedisLink(connection, 30_000), prefix);
    const waiting: number[] = [];
    const counting = async (): Promise<void> => void waiting.push(await own.queueOf("eu").getWaitingCount());
    expect(await addOnce(own, addition, counting)).toEqual({ kind: "added" });
    expect(waiting).toEqual([0, 0]);
    expect(await claimed(own)).toEqual({ [A]: CLAIM, [B]: CLAIM });
    await own.close();
  });

  it("knows BullMQ's alone, which adds nothing then", async () => {
    const own = createQueueAccess(createRedisLink(connection, 30_000), prefix);
    await own.queueOf("eu").add("send", {}, { jobId: "first" });
    let waiting = Number.NaN;
    await addOnce(own, addition, async () => void (waiting = await own.queueOf("eu").getWaitingCount()));
    // Before the second try; the first one had found BullMQ's script and not ours.
    expect(waiting).toBe(1);
    expect(await own.queueOf("eu").getWaitingCount()).toBe(2);
    await own.close();
  });

  it("is nothing that a caller notices", async () => {
    const producer = createProducer({ redis: connection, prefix, timeoutMs: 30_000 });
    const message = { from: "Volley", body: "Hi" };
    for (const idempotencyKey of ["a", "b", "c"]) {
      const options = { region: "eu", idempotencyKey };
      for (const alreadyEnqueued of [false, true]) {
        expect(await producer.coalesce({ ...message, to: "46701234567" }, options)).toMatchObject({ alreadyEnqueued });
        const send = { ...message, to: ["46701234567"] };
        const asSend = { ...options, idempotencyKey: `send ${idempotencyKey}` };
        expect(await producer.enqueue(send, asSend)).toMatchObject({ alreadyEnqueued });
      }
      await connection.script("FLUSH");
    }
    await producer.close();
  });
});
