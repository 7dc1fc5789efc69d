import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { Redis } from "ioredis";
import { type ForgetfulRedis, startForgetfulRedis } from "../../../../test/chaos/forgetful-redis.ts";
import { PREFIX, SILENT } from "../../../../test/redis-memory-rig.ts";
import { type Crew, createCrew, crewKeys } from "./crew.ts";
import { type RedisMemory, watchRedisMemory } from "./redis-memory.ts";
import { stayInCrew } from "./stay-in-crew.ts";

let redis: ForgetfulRedis;
let closers: (() => Promise<void> | void)[] = [];

beforeEach(async () => {
  redis = await startForgetfulRedis(pause);
});

afterEach(async () => {
  for (const close of closers.toReversed()) await close();
  closers = [];
  await redis.close();
});

/** A process that hands over batches. It shows itself only when a test lets it. */
type Member = { readonly crew: Crew; readonly memory: RedisMemory; readonly connection: Redis };

async function member(): Promise<Member> {
  const connection = new Redis(redis.url, { maxRetriesPerRequest: null, retryStrategy: () => 20 });
  connection.on("error", () => {});
  const crew = createCrew(connection, PREFIX);
  const memory = await watchRedisMemory(connection, { prefix: PREFIX, crew, log: SILENT, now: () => new Date() });
  closers.push(() => {
    memory.close();
    connection.disconnect();
  });
  return { crew, memory, connection };
}

async function joined(): Promise<Member> {
  const one = await member();
  await one.crew.beat();
  return one;
}

/** A newcomer who belongs to the crew of another one. */
async function joinedTo(one: Member): Promise<Member> {
  const two = await joined();
  // A time of Redis' clock later.
  await pause(2);
  await one.crew.beat();
  await two.crew.beat();
  return two;
}

async function joinedTogether(): Promise<[Member, Member]> {
  const one = await joined();
  return [one, await joinedTo(one)];
}

/** What the fence does. */
async function handOver({ crew, connection }: Member, job: string): Promise<void> {
  await crew.admitted();
  crew.wrote(await connection.hincrby(crewKeys(PREFIX).writes, crew.me, 1), [job]);
}

/** A moment to which Redis can be set back: everything before is in its file, and nothing after. */
async function moment(): Promise<number> {
  await pause(100);
  const at = Date.now();
  await pause(100);
  return at;
}

/** Redis crashes, and has forgotten what came after a moment; without one, nothing. */
async function crash(since?: number): Promise<void> {
  await redis.crash(50, since === undefined ? 0 : Date.now() - since, () => {});
}

async function isAdmitted({ crew }: Member): Promise<boolean> {
  return Promise.race([crew.admitted().then(() => true), pause(20).then(() => false)]);
}

it("a restart that has lost nothing leaves nothing in doubt", async () => {
  const [one, two] = await joinedTogether();
  await handOver(one, "a");
  await handOver(two, "b");
  await crash();
  const answers = await Promise.all([one.memory.recall(), two.memory.recall()]);
  for (const { forgotten, lostOf, epoch } of answers) {
    expect([forgotten, lostOf("a"), lostOf("b"), epoch]).toEqual([null, null, null, 0]);
  }
});

it("what a crash has lost is known job by job, by everybody, and by whoever comes later", async () => {
  const [one, two] = await joinedTogether();
  await handOver(one, "kept");
  const before = await moment();
  await handOver(one, "lost of one");
  await handOver(two, "lost of two");
  await crash(before);
  const both = await Promise.all([one.memory.recall(), two.memory.recall()]);
  const later = await member();
  for (const { forgotten, lostOf } of [...both, await later.memory.recall()]) {
    expect(forgotten).toBeNull();
    expect(lostOf("kept")).toBeNull();
    expect(lostOf("lost of one")?.epoch).toBeGreaterThan(0);
    expect(lostOf("lost of two")?.epoch).toBeGreaterThan(0);
  }
});

it("what a process has handed over that is gone nobody can say: everything is in doubt", async () => {
  const [one, two] = await joinedTogether();
  await handOver(two, "of the one that dies");
  two.connection.disconnect();
  await crash();
  expect((await one.memory.recall()).forgotten).not.toBeNull();
});

it("whoever has left is not asked", async () => {
  const [one, two] = await joinedTogether();
  await handOver(two, "done");
  await two.crew.leave();
  two.connection.disconnect();
  await crash();
  expect((await one.memory.recall()).forgotten).toBeNull();
});

it("nobody belongs to it before a member has shown itself after he came", async () => {
  const one = await joined();
  expect(await isAdmitted(one)).toBe(true);
  const two = await joined();
  await two.crew.beat();
  expect(await isAdmitted(two)).toBe(false);
  await pause(2);
  await one.crew.beat();
  await two.crew.beat();
  expect(await isAdmitted(two)).toBe(true);
});

it("a process that Redis has forgotten altogether is heard all the same, before anything goes on", async () => {
  const one = await joined();
  await one.crew.beat();
  const before = await moment();
  const two = await joinedTo(one);
  await handOver(two, "of the forgotten one");
  await crash(before);
  let isAnswered = false;
  const answer = one.memory.recall().finally(() => {
    isAnswered = true;
  });
  await pause(300);
  expect(isAnswered).toBe(false);
  await two.memory.recall();
  expect((await answer).lostOf("of the forgotten one")).not.toBeNull();
  // It comes anew.
  await two.crew.beat();
  await pause(2);
  await one.crew.beat();
  await two.crew.beat();
  expect(await isAdmitted(two)).toBe(true);
});

it("whoever came and left in what was lost cannot be asked: everything is in doubt", async () => {
  const one = await joined();
  await one.crew.beat();
  const before = await moment();
  const two = await joinedTo(one);
  await handOver(two, "of the one that has left");
  await two.crew.leave();
  two.connection.disconnect();
  await one.crew.beat();
  await crash(before);
  expect((await one.memory.recall()).forgotten).not.toBeNull();
});

it("an empty crew can vouch for nothing", async () => {
  const one = await member();
  await crash();
  expect((await one.memory.recall()).forgotten).not.toBeNull();
});

it("more than can be remembered is everything", async () => {
  const one = await joined();
  const before = await moment();
  const write = await one.connection.hincrby(crewKeys(PREFIX).writes, one.crew.me, 5_001);
  for (let job = 5_000; job >= 0; job -= 1) one.crew.wrote(write - job, [`job ${job}`]);
  await crash(before);
  expect((await one.memory.recall()).forgotten).not.toBeNull();
});

it("whoever is silent is dropped, and shows himself again", async () => {
  const one = await joined();
  const leave = await stayInCrew(one.crew, one.memory, SILENT);
  closers.push(async () => leave(true));
  const two = await joined();
  await pause(600);
  await two.crew.beat();
  expect(await isAdmitted(two)).toBe(true);
  await one.connection.zadd(crewKeys(PREFIX).seen, Date.now() - 3_100, two.crew.me);
  await pause(600);
  expect(await one.connection.sismember(crewKeys(PREFIX).crew, two.crew.me)).toBe(0);
  two.crew.expelled();
  expect(await isAdmitted(two)).toBe(false);
  await two.crew.beat();
  await pause(600);
  await two.crew.beat();
  expect(await isAdmitted(two)).toBe(true);
});
