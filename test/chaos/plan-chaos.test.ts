import { expect, test } from "@jest/globals";
import { STRIKE_KINDS, type ChaosPlanOptions } from "./chaos-plan.ts";
import { planChaos } from "./plan-chaos.ts";

const OPTIONS: ChaosPlanOptions = {
  seed: 7,
  seconds: 60,
  recipients: 20_000,
  faults: 38,
  redisKills: false,
  regions: ["us", "eu"],
  workers: 3,
};

test("makes the same plan from the same seed and another one from another", () => {
  expect(planChaos(OPTIONS)).toEqual(planChaos(OPTIONS));
  expect(planChaos({ ...OPTIONS, seed: 8 })).not.toEqual(planChaos(OPTIONS));
});

test("strikes as often as asked, with every kind when there are enough", () => {
  const { strikes } = planChaos(OPTIONS);
  expect(strikes).toHaveLength(OPTIONS.faults);
  expect(new Set(strikes.map(({ kind }) => kind))).toEqual(new Set(STRIKE_KINDS));
});

test("keeps strikes and asks within the run, in their order", () => {
  const { strikes, asks } = planChaos({ ...OPTIONS, redisKills: true });
  for (const times of [strikes.map(({ atMs }) => atMs), asks.map(({ atMs }) => atMs)]) {
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(Math.max(...times)).toBeLessThanOrEqual(OPTIONS.seconds * 1_000);
  }
});

test("asks for at least as many recipients as told, none of them twice", () => {
  const { asks } = planChaos(OPTIONS);
  const people = asks.flatMap(({ first, recipients }) =>
    Array.from({ length: recipients }, (_, index) => first + index),
  );
  expect(people.length).toBeGreaterThanOrEqual(OPTIONS.recipients);
  expect(new Set(people).size).toBe(people.length);
});

test("mixes sends of all sizes and ways of asking, over both regions, some of them urgent", () => {
  const { asks } = planChaos(OPTIONS);
  const sizes = asks.map(({ recipients }) => recipients);
  for (const [above, upTo] of [
    [0, 5],
    [5, 1_000],
    [1_000, 10_000],
    [10_000, 12_000],
  ] as const) {
    expect(sizes.some((size) => size > above && size <= upTo)).toBe(true);
  }
  expect(new Set(asks.map(({ via }) => via))).toEqual(new Set(["producer", "bullmq", "stream", "coalesce"]));
  expect(new Set(asks.map(({ region }) => region)).size).toBe(2);
  const urgent = asks.filter(({ isUrgent }) => isUrgent).length;
  expect(urgent).toBeGreaterThan(0);
  expect(urgent).toBeLessThan(asks.length / 2);
});

test("kills Redis every few seconds when asked to", () => {
  const { strikes } = planChaos({ ...OPTIONS, kinds: ["throttle"], redisKills: true });
  const kills = strikes.filter(({ action }) => action.on === "redis").map(({ atMs }) => atMs);
  const gaps = kills.map((atMs, index) => atMs - (kills[index - 1] ?? 0));
  expect(kills.length).toBeGreaterThanOrEqual(7);
  expect(Math.max(...gaps)).toBeLessThanOrEqual(8_000);
});

test("strikes only with the kinds that are given", () => {
  const kinds = ["worker_kill", "redis_kill", "drop_after_accept"] as const;
  const { strikes } = planChaos({ ...OPTIONS, faults: 7, kinds });
  expect(new Set(strikes.map(({ kind }) => kind))).toEqual(new Set(kinds));
});

test("stops a worker for longer than its lock and forgets no more than the last second", () => {
  const { strikes } = planChaos({ ...OPTIONS, faults: 500 });
  const stops = strikes.flatMap(({ action }) =>
    action.on === "worker" && action.how === "stop" ? [action.downMs] : [],
  );
  const forgets = strikes.flatMap(({ action }) => ("forgetMs" in action ? [action.forgetMs] : []));
  expect(Math.min(...stops)).toBeGreaterThan(10_000);
  expect(Math.max(...forgets)).toBeLessThanOrEqual(1_000);
  expect(Math.max(...forgets)).toBeGreaterThan(0);
});
