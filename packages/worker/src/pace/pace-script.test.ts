import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { limitsKey, queueName } from "@volley/contract";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { seededRandom } from "../../../../test/chaos/seeded-random.ts";
import { dropPrefix, ownPrefix, testRedisUrl } from "../../../../test/own-prefix.ts";
import { type Arrival, paceOf } from "../../../../test/stage/pace-of.ts";
import { createPacer, type Pacer } from "./pacer.ts";

const RATE = 2_000;

const SECONDS = 15;

/** What the provider takes to answer, in milliseconds. */
const LATENCY_MS = 20;

/** Requests of four processes, ten of each at once. */
const SLOTS = 40;

const REGION = "eu";

/** Lets a script read the time from its last argument instead of from Redis. */
const CLOCK = `
local real = redis
local redis = setmetatable({
  call = function(name, ...)
    if name ~= "TIME" then return real.call(name, ...) end
    local now = tonumber(ARGV[#ARGV])
    return { math.floor(now / 1000), (now % 1000) * 1000 }
  end
}, { __index = real })
`;

let redis: Redis;
let prefix: string;
let queue: Queue;

beforeEach(async () => {
  prefix = ownPrefix();
  redis = new Redis(testRedisUrl());
  queue = new Queue(queueName(REGION), { connection: redis, prefix });
  await redis.hset(limitsKey(prefix, REGION), "rate", RATE);
});

afterEach(async () => {
  await queue.close();
  await dropPrefix(prefix);
  redis.disconnect();
});

/** A pacer whose scripts go by the clock that is handed in. */
function pacerBy(now: () => number): Pacer {
  const clocked = {
    eval: async (script: string, count: number, ...rest: (string | number)[]) =>
      redis.eval(CLOCK + script, count, ...rest, now()),
  };
  return createPacer(clocked as unknown as Redis, prefix, REGION, queue);
}

/** What a slot does next, and when. */
type Step = { readonly at: number; readonly act: (at: number) => Promise<void> };

/**
 * Plays requests that come one after the other in all slots, for so long, on a clock of its own. Whoever has reserved a turn
 * takes it late by as much as is drawn.
 */
async function play(seconds: number, costOf: () => number, lateMs: () => number): Promise<Arrival[]> {
  let nowMs = 1_800_000_000_000;
  const endMs = nowMs + seconds * 1_000;
  const pacer = pacerBy(() => nowMs);
  const steps: Step[] = [];
  const arrivals: Arrival[] = [];
  const plan = (at: number, act: Step["act"]): void => void steps.push({ at, act });
  const reserve = async (at: number, cost: number): Promise<void> => {
    const turn = await pacer.reserve({ cost, maxWaitMs: 250, isUrgent: false, yields: false });
    if (turn.kind === "reserved") return plan(at + turn.waitMs + lateMs(), async (then) => send(then, cost));
    plan(at + ("waitMs" in turn ? turn.waitMs : 1), async (then) => reserve(then, cost));
  };
  const send = async (at: number, cost: number): Promise<void> => {
    if (!(await pacer.count({ cost, isUrgent: false }))) return reserve(at, cost);
    arrivals.push({ at, recipients: cost });
    plan(at + LATENCY_MS, async (then) => reserve(then, costOf()));
  };
  for (let slot = 0; slot < SLOTS; slot += 1) plan(nowMs, async (at) => reserve(at, costOf()));
  for (;;) {
    const next = steps.reduce((first, step) => (step.at < first.at ? step : first));
    if (next.at >= endMs) return arrivals;
    steps.splice(steps.indexOf(next), 1);
    nowMs = next.at;
    await next.act(nowMs);
  }
}

it.each<[string, (random: () => number) => number]>([
  ["at once", () => 0],
  ["a moment later", (random) => random() * 5],
  ["now and then by a process that stood still for a while", (random) => (random() < 0.05 ? 200 * random() : 2)],
])("the rate is used in full and passed in no 5 s where turns are taken %s", async (_title, lateOf) => {
  const { next } = seededRandom(1);
  // Up to 50 ms of the rate, small requests as often as large ones.
  const costOf = (): number => Math.ceil((next() < 0.5 ? 0.1 : 1) * next() * 0.05 * RATE);
  const arrivals = await play(SECONDS, costOf, () => lateOf(next));
  const pace = paceOf(arrivals, RATE, SECONDS);
  expect(pace.worst).toBeLessThanOrEqual(1.02);
  expect(pace.ratio).toBeGreaterThanOrEqual(0.97);
  expect(pace.ratio).toBeLessThanOrEqual(1);
});

it("there is no burst at the start, nor after a rest", async () => {
  const arrivals = await play(
    1,
    () => 100,
    () => 0,
  );
  const first = arrivals.filter(({ at }) => at < (arrivals[0]?.at ?? 0) + 100);
  // 100 ms of the rate, and what is on its way when they begin.
  expect(first.reduce((sum, { recipients }) => sum + recipients, 0)).toBeLessThanOrEqual(0.1 * RATE + 100);
});
