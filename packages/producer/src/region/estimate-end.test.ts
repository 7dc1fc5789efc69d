import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { JOB_NAME } from "@volley/contract";
import { numbers, openStagingRig, slowly, STAGED_MESSAGE, type StagingRig } from "../../../../test/staging-rig.ts";
import { sayServed } from "../../../../test/stage/stage.ts";
import { endBehindBacklog } from "./estimate-end.ts";
import { createQueueAccess, type QueueAccess } from "../redis/queue-access.ts";
import { createRedisLink } from "../redis/redis-link.ts";

const FROM = new Date("2026-12-01T12:00:00Z");

let rig: StagingRig;
let access: QueueAccess;

beforeEach(() => {
  rig = openStagingRig();
  access = createQueueAccess(createRedisLink(rig.redis, 5_000), rig.prefix);
});

afterEach(async () => {
  await access.close();
  await rig.close();
});

/** Recipients who lie before a send, at most as many as itself has left of each long one. */
async function before(left: number, id = ""): Promise<number> {
  const end = await endBehindBacklog(access, { id, region: "eu", left, from: FROM }, 1);
  return (end.getTime() - FROM.getTime()) / 1_000 - left;
}

async function enqueue(count: number, idempotencyKey: string): Promise<string> {
  return (await rig.enqueue([...numbers(count)], { idempotencyKey })).id;
}

async function add(to: readonly string[], options = {}): Promise<string> {
  const job = await rig.queue.add(JOB_NAME, { ...STAGED_MESSAGE, to }, options);
  return String(job.id);
}

describe("what waits before a send", () => {
  it("is counted in recipients: every one of lists of any length", async () => {
    for (const count of [1, 15, 16, 17, 1_000, 1_000]) await enqueue(count, `a list of ${count} ${Math.random()}`);
    expect(await before(500)).toBe(2_049);
  });

  it("is everybody of a send that is staged and not planned, and no more than itself has left of a longer one", async () => {
    await rig.enqueue(slowly(numbers(2_500)), { idempotencyKey: "a" });
    await rig.enqueue(slowly(numbers(700)), { idempotencyKey: "b" });
    await enqueue(3_000, "c");
    expect(await before(10_000)).toBe(2_500 + 700 + 3_000);
    expect(await before(2_000)).toBe(2_000 + 700 + 2_000);
  });

  it("is about right for numbers of mixed length", async () => {
    const to = Array.from({ length: 900 }, (_, index) => `${index % 3 === 0 ? "+" : ""}${46_700_000_000 + index}`);
    await add(to);
    const people = await before(1);
    expect(people).toBeGreaterThan(850);
    expect(people).toBeLessThan(950);
  });

  it("is what came before a short send, which is not in its own way, and nothing once that is at work", async () => {
    const first = await enqueue(100, "a");
    const second = await enqueue(200, "b");
    await enqueue(400, "c");
    expect(await before(100, first)).toBe(0);
    expect(await before(200, second)).toBe(100);
    await rig.redis.lmove(rig.queue.toKey("wait"), rig.queue.toKey("active"), "RIGHT", "LEFT");
    expect(await before(100, first)).toBe(0);
    expect(await before(200, second)).toBe(0);
  });

  it("is everything but itself for a long send, also what came after it", async () => {
    await enqueue(100, "a");
    const long = await enqueue(2_000, "b");
    await enqueue(400, "c");
    expect(await before(2_000, long)).toBe(500);
  });

  it("goes on where an urgent send has come first", async () => {
    const usual = await enqueue(100, "a");
    const { id: urgent } = await rig.producer.enqueue(
      { from: "Volley", body: "Hi", to: [...numbers(50)], priority: "urgent" },
      { region: "eu", idempotencyKey: "b" },
    );
    expect(await before(50, urgent)).toBe(0);
    expect(await before(100, usual)).toBe(50);
  });

  it("has nobody in what only asks a worker, in parts, which count with their send, and in what has ended", async () => {
    await rig.queue.add("cancel", { send: "eu-a", to: ["46701234567"] });
    const parent = { id: "eu-parent", queue: rig.queue.qualifiedName };
    await rig.redis.hset(rig.queue.toKey("eu-parent"), { name: JOB_NAME, data: "{}" });
    await add(["46701234567"], { parent });
    await rig.queue.add(JOB_NAME, { message: { body: '"to":["46701234567"]' }, settled: {} });
    expect(await before(500)).toBe(0);
  });

  it("is not mistaken in a text that looks like a list, in an empty one, and in brackets", async () => {
    await rig.queue.add(JOB_NAME, {
      from: "Volley",
      body: '"staged":{"recipients":7}"to":["1","2"]',
      to: ["46701234567"],
    });
    await rig.queue.add(JOB_NAME, { from: "Volley", to: [], body: "[" });
    await add(["+46 [70] 1234567", "+46 [70] 1234568"]);
    expect(await before(500)).toBe(3);
  });

  it("is extrapolated where more wait than are looked at, from those that are next and those that came last", async () => {
    const people = ["46701234567", "46701234568"];
    const jobs = Array.from({ length: 2_000 }, (_, index) => {
      return { name: JOB_NAME, data: { ...STAGED_MESSAGE, to: people.slice(index < 1_000 ? 1 : 0) } };
    });
    await rig.queue.addBulk(jobs);
    expect(await before(500)).toBe(3_000);
  });

  it("is judged by its length where it is too long to be looked into", async () => {
    const long = { ...STAGED_MESSAGE, body: "x".repeat(1_000_000), to: ["46701234567"] };
    await rig.queue.add(JOB_NAME, long);
    expect(await before(1_000_000)).toBeGreaterThan(10_000);
  });
});

describe("a send behind others", () => {
  it.each([
    ["lists in their jobs", 10, (index: number) => [...numbers(1_000, index * 1_000)]],
    ["lists that are staged and not planned", 2, (index: number) => numbers(5_000, index * 5_000)],
  ])("is known to end after its expire_at: %s", async (_, sends, listOf) => {
    await sayServed(rig.redis, rig.prefix, ["eu"]);
    await rig.producer.region("eu").setLimits({ rate: 100 });
    for (let index = 0; index < sends; index += 1)
      await rig.enqueue(listOf(index), { idempotencyKey: `send ${index}` });
    // By itself it would be done within 10 or 50 seconds, behind the others within 110 or 150.
    const send = { ...STAGED_MESSAGE, to: listOf(sends) };
    const early = { ...send, expire_at: new Date(Date.now() + 80_000).toISOString() };
    const { id, warnings } = await rig.producer.enqueue(early, { region: "eu", idempotencyKey: "early" });
    expect(warnings.map(({ code }) => code)).toContain("VOLLEY_ENDS_AFTER_EXPIRY");
    expect(Date.parse((await rig.producer.status(id, { eta: true }))?.eta ?? "")).toBeGreaterThan(Date.now() + 80_000);
  });
});
