import { afterEach, beforeEach, expect, it } from "@jest/globals";
import {
  CHANGE_LIMITS,
  DEFAULT_REGION_LIMITS,
  defaultArguments,
  limitsKey,
  overrideArguments,
  pausedSinceKey,
  processesKey,
  refusedProcessesKey,
} from "@volley/contract";
import { createNumbering, openSuppressionList } from "@volley/opt-outs";
import { createMetrics } from "@volley/runtime";
import { type Command, Redis } from "ioredis";
import { type RegionRig, startRegionRig, textTo } from "../../../../test/region-rig.ts";
import { testRedisUrl } from "../../../../test/own-prefix.ts";
import { startStallingProxy } from "../../../../test/stage/stalling-proxy.ts";
import { createFleet, type FleetOptions } from "../look/create-fleet.ts";
import { showFleet } from "./show-fleet.ts";

const ANN = "46701234567";

let rig: RegionRig;

beforeEach(async () => {
  rig = await startRegionRig();
});

afterEach(async () => rig.close());

/** What is shown of the fleet, line by line. */
function shown(options: Partial<FleetOptions> = {}): () => Promise<string[]> {
  const { registry } = createMetrics();
  showFleet(registry, createFleet({ redis: rig.redis, prefix: rig.prefix, regions: ["eu"], ...options }));
  return async () => (await registry.metrics()).split("\n").filter((line) => line.startsWith("volley_"));
}

it("is shown without a worker, once", async () => {
  const limits = [...defaultArguments(DEFAULT_REGION_LIMITS), ...overrideArguments({ rate: 20 })];
  await rig.redis.eval(CHANGE_LIMITS, 1, limitsKey(rig.prefix, "eu"), ...limits);
  await rig.add(textTo(ANN, "46701234568"), { timestamp: Date.now() - 60_000 });
  await rig.add(textTo(ANN), { delay: 60_000 });
  await rig.queue.pause();
  await rig.redis.set(pausedSinceKey(rig.prefix, "eu"), new Date(Date.now() - 90_000).toISOString());
  const list = openSuppressionList({ ...rig, numbering: createNumbering(undefined) });
  await list.add([{ number: ANN, scope: "all", kind: "stop", at: new Date(), who: "inbound", why: "STOP" }]);
  const lines = (await shown()()).map((line) => line.replace(/ (\d+)\.\d+$/, " $1"));
  expect(lines).toEqual(
    expect.arrayContaining([
      "volley_up 1",
      'volley_jobs{region="eu",state="waiting"} 1',
      'volley_jobs{region="eu",state="delayed"} 1',
      'volley_waiting_recipients{region="eu"} 2',
      'volley_oldest_waiting_job_seconds{region="eu"} 60',
      'volley_region_not_sending_seconds{region="eu",state="paused"} 90',
      'volley_region_not_sending_seconds{region="eu",state="suspended"} 0',
      'volley_region_workers{region="eu",state="working"} 0',
      'volley_region_rate_limit{region="eu"} 20',
      'volley_backlog_seconds{region="eu"} 0',
      'volley_region_concurrency_limit{region="eu"} 10',
      'volley_sends_late{region="eu"} 0',
      'volley_redeliveries_due{region="eu"} 0',
      "volley_events 0",
      'volley_endpoints{state="enabled"} 0',
      "volley_suppressions 1",
      "volley_redis_evicts 0",
    ]),
  );
  const names = lines.map((line) => line.replace(/ .*/, ""));
  expect(new Set(names).size).toBe(names.length);
});

it("counts workers, and those that the provider refuses", async () => {
  const soon = Date.now() + 60_000;
  await rig.redis.zadd(processesKey(rig.prefix, "eu"), soon, "one", soon, "two", soon, "three", Date.now() - 1, "dead");
  await rig.redis.zadd(refusedProcessesKey(rig.prefix, "eu"), soon, "two");
  expect(await shown()()).toEqual(
    expect.arrayContaining([
      'volley_region_workers{region="eu",state="working"} 2',
      'volley_region_workers{region="eu",state="refused"} 1',
    ]),
  );
});

it("is told apart by what can be read: a region whose keys are spoiled hides nothing of another", async () => {
  await rig.redis.set(`${rig.prefix}:volley-us:wait`, "no list");
  const lines = await shown({ regions: ["eu", "us"] })();
  expect(lines).toContain("volley_up 0");
  expect(lines).toContain('volley_jobs{region="eu",state="waiting"} 0');
  expect(lines.filter((line) => line.includes('region="us"'))).toEqual([]);
});

it("is not shown as it was once while Redis does not answer, and no more is asked of it then", async () => {
  const proxy = await startStallingProxy(testRedisUrl(), { at: "stands still", lost: "command" });
  const redis = new Redis(proxy.url, { maxRetriesPerRequest: null });
  try {
    const [patient, impatient] = [shown({ redis }), shown({ redis, patienceMs: 20 })];
    expect(await patient()).toContain("volley_up 1");
    redis.get("stands still").catch(() => {});
    const away = ["volley_up 0", "volley_redis_changes_total 0"];
    expect((await impatient()).toSorted()).toEqual(away.toSorted());
    const asked = waitingIn(redis);
    for (let look = 0; look < 5; look += 1) expect((await impatient()).toSorted()).toEqual(away.toSorted());
    expect(waitingIn(redis)).toBe(asked);
  } finally {
    redis.disconnect();
    await proxy.close();
  }
});

it("costs as much with thousands of jobs as with none", async () => {
  const redis = rig.redis;
  const look = shown();
  await look();
  const asked: string[] = [];
  const send = redis.sendCommand.bind(redis);
  const sendCommand = (...input: [Command]): unknown => {
    asked.push(input[0].name);
    return send(...input);
  };
  Object.assign(redis, { sendCommand });
  await look();
  const before = asked.splice(0).toSorted();
  const jobs = Array.from({ length: 5_000 }, () => ({ name: "send", data: textTo(ANN) }));
  await rig.queue.addBulk(jobs);
  asked.splice(0);
  expect(await look()).toContain('volley_waiting_recipients{region="eu"} 5000');
  expect(asked.toSorted()).toEqual(before);
});

it("counts that another Redis process answers", async () => {
  const { registry } = createMetrics();
  const fleet = createFleet({ redis: rig.redis, prefix: rig.prefix, regions: [] });
  let identity = "one";
  const look = async () => {
    const seen = await fleet.look();
    return { ...seen, redis: seen.redis && { ...seen.redis, identity } };
  };
  showFleet(registry, { ...fleet, look });
  expect(await registry.metrics()).toContain("volley_redis_changes_total 0");
  identity = "two";
  expect(await registry.metrics()).toContain("volley_redis_changes_total 1");
  expect(await registry.metrics()).toContain("volley_redis_changes_total 1");
});

/** Commands that wait for their answers. */
function waitingIn(redis: Redis): number {
  return (redis as unknown as { commandQueue: { length: number } }).commandQueue.length;
}
