import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { CHANGE_LIMITS, limitsKey, overrideArguments } from "@volley/contract";
import type { Command } from "ioredis";
import { type RegionRig, startRegionRig } from "../../../../test/region-rig.ts";
import { eventually } from "../../../../test/stage/eventually.ts";
import { startVolleyWorker } from "./volley-worker.ts";

let rig: RegionRig;

beforeEach(async () => {
  rig = await startRegionRig();
});

afterEach(async () => rig.close());

const say = (): void => {};

/** Does something before a command of the worker reaches Redis, as long as it wants to. */
function before(isMeant: (command: Command) => boolean, happen: () => Promise<void>): void {
  const send = rig.redis.sendCommand.bind(rig.redis);
  const sendCommand = (...input: [Command]): unknown =>
    isMeant(input[0]) ? happen().then(async () => send(...input)) : send(...input);
  Object.assign(rig.redis, { sendCommand });
}

/** Whether a command sets the concurrency that BullMQ keeps for a queue. */
function setsConcurrency({ name, args }: Command): boolean {
  return name === "hset" && args.map(String).includes("concurrency");
}

async function setByOperator(concurrency: number): Promise<void> {
  await rig.redis.eval(CHANGE_LIMITS, 1, limitsKey(rig.prefix, rig.region), ...overrideArguments({ concurrency }));
}

it("works with the limits that an operator sets while it starts", async () => {
  let isFirst = true;
  // The limits were read before this is set, and are looked at once more while it is.
  before(
    (command) => setsConcurrency(command) && isFirst,
    async () => {
      isFirst = false;
      const looks = countedLooks();
      await setByOperator(3);
      await eventually(() => looks() > 1, "a look at the limits");
    },
  );
  await rig.startWorker({ concurrency: 7 });
  expect(await concurrencyOf(3)).toBe(3);
});

/** Waits until BullMQ keeps this concurrency for the queue. */
async function concurrencyOf(wanted: number): Promise<number> {
  return eventually(
    async () => {
      return (await rig.queue.getGlobalConcurrency()) === wanted && wanted;
    },
    `a concurrency of ${wanted}`,
    8_000,
  );
}

/** How often the limits were read. */
function countedLooks(): () => number {
  let looks = 0;
  before(
    ({ name, args }) => name === "eval" && args.map(String).includes(limitsKey(rig.prefix, rig.region)),
    async () => void (looks += 1),
  );
  return () => looks;
}

it("tries again to set a concurrency that could not be set", async () => {
  await rig.startWorker({ concurrency: 7 });
  let failures = 2;
  before(
    (command) => setsConcurrency(command) && failures > 0,
    async () => {
      failures -= 1;
      throw new Error("OOM command not allowed when used memory > 'maxmemory'");
    },
  );
  await setByOperator(3);
  expect(await concurrencyOf(3)).toBe(3);
  expect(
    rig.lines.filter((line) => line.startsWith("warn: the region's limits could not be read or set")),
  ).toHaveLength(1);
});

it("leaves none of its regions open when one of them cannot start", async () => {
  const results = `${rig.prefix}:volley-us:completed`;
  await rig.redis.set(results, "no sorted set");
  before(
    ({ args }) => args.map(String).includes(results),
    async () => void (await eventually(async () => (await rig.queue.getWorkers()).length > 0, "the other region")),
  );
  const starting = startVolleyWorker({
    redis: rig.redis,
    prefix: rig.prefix,
    log: { debug: say, info: say, warn: say, error: say },
    regions: [
      { name: "eu", client: rig.client(), concurrency: 1 },
      { name: "us", client: rig.client(), concurrency: 1 },
    ],
  });
  await expect(starting).rejects.toThrow("WRONGTYPE");
  await eventually(async () => (await rig.queue.getWorkers()).length === 0, "the end of the other region", 5_000);
});
