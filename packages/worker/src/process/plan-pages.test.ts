import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { noRecipients, partId, sendId, stageKey } from "@volley/contract";
import { DelayedError, type Job, WaitingChildrenError, Worker } from "bullmq";
import { type RegionRig, startRegionRig } from "../../../../test/region-rig.ts";
import { stepContext } from "../../../../test/step-context.ts";
import { holdJob } from "../terms/held-job.ts";
import { planJob } from "./plan-job.ts";
import { PAGES } from "../plan/planned-pages.ts";
import type { RegionContext } from "../region/region-context.ts";
import { planOf } from "../plan/split-send.ts";

const PARTS = 1_200;

const TOKEN = "somebody";

const EXPIRE_AT = new Date(Date.now() + 3_600_000);

let rig: RegionRig;
let context: RegionContext;
let id: string;
let picker: Worker;

beforeEach(async () => {
  rig = await startRegionRig();
  context = stepContext(rig);
  id = sendId("eu");
  const { queue, redis, prefix } = rig;
  picker = new Worker(queue.name, null, { connection: redis, prefix, autorun: false, lockDuration: 60_000 });
  // Nobody fetches them: pieces are counted when a send is planned.
  const pieces = Array.from({ length: PARTS }, (_, piece) => [String(piece), "1"]).flat();
  await rig.redis.hset(stageKey(rig.prefix, "s1"), ...pieces);
});

afterEach(async () => {
  await picker.close();
  await rig.close();
});

/** Plans the send as a worker does that holds its job. */
async function plan(job: Job, at: RegionContext = context, priority?: "urgent"): Promise<unknown> {
  const message = { from: "12015550123", body: "Hi", ...(priority && { priority }) };
  const staged = { id: "s1", recipients: PARTS * 1_000 };
  const send = { message, staged, parameters: new Map(), sendAt: null, expireAt: null };
  return planJob(at, holdJob(job, TOKEN), planOf(send, EXPIRE_AT)).catch((error: unknown) => error);
}

async function pickUp(): Promise<Job> {
  await rig.add({ from: "12015550123", body: "Hi", staged: { id: "s1", recipients: PARTS * 1_000 } }, { jobId: id });
  return next();
}

async function next(): Promise<Job> {
  const job: Job | undefined = await picker.getNextJob(TOKEN, { block: false });
  if (!job) throw new Error("there is no job to pick up");
  return job;
}

/** Picks the send up again that a planner has left. */
async function pickUpAgain(): Promise<Job> {
  await rig.redis.zrem(rig.queue.toKey("delayed"), id);
  await rig.redis.rpush(rig.queue.toKey("wait"), id);
  const job = await next();
  expect(job.id).toBe(id);
  return job;
}

async function waiting(): Promise<string[]> {
  return rig.redis.zrange(rig.queue.toKey("prioritized"), "0", "-1");
}

function ids(parts: number): string[] {
  return Array.from({ length: parts }, (_, part) => partId(id, part));
}

it("puts every part on the queue in the order of the list, each a few hundred bytes", async () => {
  const job = await pickUp();
  expect(await plan(job)).toBeInstanceOf(WaitingChildrenError);
  expect(await waiting()).toEqual(ids(PARTS));
  const last: Job | undefined = await rig.queue.getJob(partId(id, PARTS - 1));
  expect(last?.data).toEqual({
    from: "12015550123",
    body: "Hi",
    staged: { id: "s1", recipients: 1_000, piece: PARTS - 1 },
    expire_at: EXPIRE_AT.toISOString(),
  });
  expect((await rig.queue.getJob(id))?.data.planned).toMatchObject({ parts: PARTS, stage: "s1" });
});

it("goes on at the page where it was left, and adds nothing twice", async () => {
  const job = await pickUp();
  let looks = 0;
  const closing = {
    ...context,
    isClosing: () => {
      looks += 1;
      return looks === 2;
    },
  };
  expect(await plan(job, closing)).toBeInstanceOf(DelayedError);
  expect(await rig.redis.hget(rig.queue.toKey(id), PAGES)).toBe("2");
  expect(await waiting()).toEqual(ids(1_000));
  expect((await rig.queue.getJob(id))?.data).toHaveProperty("staged");
  expect(await plan(await pickUpAgain())).toBeInstanceOf(WaitingChildrenError);
  expect(await waiting()).toEqual(ids(PARTS));
});

it.each([
  { forgotten: "the last page and that it was counted", counted: 1, from: 620 },
  { forgotten: "everything but the first parts", counted: 0, from: 40 },
])("falls back to the count that survived when Redis forgets $forgotten", async ({ counted, from }) => {
  const job = await pickUp();
  let pages = 0;
  const forgetful = {
    ...context,
    // Asked after each page: after the second, Redis comes back without its last writes.
    isClosing: () => (pages += 1) === 2,
  };
  await plan(job, forgetful);
  const key = rig.queue.toKey(id);
  for (const part of Array.from({ length: 1_000 - from }, (_, index) => partId(id, from + index))) {
    await rig.redis
      .multi()
      .del(rig.queue.toKey(part))
      .zrem(rig.queue.toKey("prioritized"), part)
      .srem(`${key}:dependencies`, rig.queue.toKey(part))
      .exec();
  }
  await rig.redis.hset(key, PAGES, counted);
  expect(await plan(await pickUpAgain())).toBeInstanceOf(WaitingChildrenError);
  expect((await waiting()).toSorted()).toEqual(ids(PARTS).toSorted());
  expect(await rig.redis.scard(`${key}:dependencies`)).toBe(PARTS);
});

it("does not go on from a count that Redis has set back meanwhile", async () => {
  const job = await pickUp();
  const key = rig.queue.toKey(id);
  let isSetBack = false;
  const lost = partId(id, 3);
  const redis = new Proxy(rig.redis, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      if (name !== "eval") return member.bind(target);
      return async (...values: unknown[]) => {
        // While the second page is added, the first one is forgotten.
        if (!isSetBack && (await target.hget(key, PAGES)) === "1") {
          isSetBack = true;
          await target.multi().hdel(key, PAGES).del(rig.queue.toKey(lost)).exec();
          await target
            .multi()
            .zrem(rig.queue.toKey("prioritized"), lost)
            .srem(`${key}:dependencies`, rig.queue.toKey(lost))
            .exec();
        }
        return Reflect.apply(member, target, values);
      };
    },
  });
  expect(await plan(job, { ...context, redis })).toBeInstanceOf(WaitingChildrenError);
  expect(isSetBack).toBe(true);
  expect((await waiting()).toSorted()).toEqual(ids(PARTS).toSorted());
});

it("puts the parts of an urgent send before everything that waits, in their order", async () => {
  const job = await pickUp();
  await rig.add({ from: "12015550123", to: ["46700000001"], body: "Hi" }, { jobId: "other" });
  expect(await plan(job, context, "urgent")).toBeInstanceOf(WaitingChildrenError);
  expect(await waiting()).toEqual([]);
  const order = (await rig.redis.lrange(rig.queue.toKey("wait"), 0, -1)).toReversed();
  expect(order.at(-1)).toBe("other");
  expect(order.toSorted()).toEqual(["other", ...ids(PARTS)].toSorted());
  const page = order.slice(0, 200).map((each) => Number(each.split(".p")[1]));
  expect(page).toEqual(page.toSorted((one, other) => one - other));
});

it("settles a send of any size with the counts of all of its parts, and names a thousand of them", async () => {
  const job = await pickUp();
  await plan(job);
  const key = rig.queue.toKey(id);
  for (const part of ids(PARTS)) {
    const index = Number(part.split(".p")[1]);
    const batch = { id: `B${index}`, part: index, recipients: 1_000, accepted_at: "2026-12-01", adopted: false };
    const result = {
      state: "accepted",
      region: "eu",
      recipients: { ...noRecipients(1_000), accepted: 1_000 },
      batches: [batch],
      rejected: [],
      errors: [],
    };
    if (index === 1_100) await rig.redis.hset(`${key}:failed`, rig.queue.toKey(part), "job stalled");
    else await rig.redis.hset(`${key}:processed`, rig.queue.toKey(part), JSON.stringify(result));
  }
  await rig.redis.del(`${key}:dependencies`, rig.queue.toKey("prioritized"));
  await rig.redis.zrem(rig.queue.toKey("waiting-children"), id);
  await rig.redis.lpush(rig.queue.toKey("wait"), id);
  await rig.startWorker();
  const result = await rig.resultOf(id);
  expect(result).toMatchObject({
    state: "partial",
    recipients: { ...noRecipients(PARTS * 1_000), accepted: (PARTS - 1) * 1_000, unknown: 1_000 },
    errors: [{ part: 1_100, code: "part_failed", text: "job stalled", recipients: 1_000 }],
    omitted: { batches: PARTS - 1 - 1_000, errors: 0 },
  });
  expect(result.batches).toHaveLength(1_000);
  expect((await rig.queue.getJob(id))?.data.parts).toBe(PARTS);
  // The recipients of the part that failed are known from the stage alone.
  expect(await rig.redis.exists(stageKey(rig.prefix, "s1"))).toBe(1);
});
