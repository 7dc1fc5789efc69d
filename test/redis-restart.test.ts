import { setTimeout as pause } from "node:timers/promises";
import { afterEach, describe, expect, it } from "@jest/globals";
import { startRedis } from "@volley/local-redis";
import { startForgetfulRedis } from "./chaos/forgetful-redis.ts";
import { numbers, type RegionRig, startRegionRig, textTo } from "./region-rig.ts";
import { eventually } from "./stage/eventually.ts";

const PARTS = 100;
const PEOPLE = numbers(PARTS * 1_000);

/** More batches than a few, and many parts that wait. */
const UNDER_WAY = 20;

const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

/** Two workers on a Redis of the test's own, with a send of a hundred parts of which some have gone out. */
async function sendUnderWay(redisUrl: string): Promise<{ readonly rig: RegionRig; readonly id: string | undefined }> {
  const rig = await startRegionRig(redisUrl);
  closers.push(rig.close);
  rig.redis.options.retryStrategy = () => 50;
  rig.queue.on("error", () => {});
  // A part that is in doubt would keep the send for longer than the test lasts, were it not known when it was sent.
  const options = { limits: { rate: 50_000 }, settings: { unknownHoldMs: 5_000 } };
  await Promise.all([rig.startWorker(options), rig.startWorker(options)]);
  const { id } = await rig.add(textTo(...PEOPLE));
  await eventually(() => rig.emulator.stats().batches >= UNDER_WAY, "some batches");
  return { rig, id };
}

async function expectOnce({ rig, id }: { readonly rig: RegionRig; readonly id: string | undefined }): Promise<void> {
  const { state, recipients } = await rig.resultOf(id);
  expect({ state, recipients }).toMatchObject({ state: "accepted", recipients: { accepted: PEOPLE.length } });
  expect(PEOPLE.filter((number) => rig.emulator.timesTexted(number) !== 1)).toEqual([]);
}

function questions({ emulator }: RegionRig): number {
  return emulator.requests().filter(({ method }) => method === "GET").length;
}

describe("a Redis that comes back with everything that it had", () => {
  it.each(["restart", "kill"] as const)("after a %s leaves only what was on its way in doubt", async (how) => {
    const redis = await startRedis({ prefer: "server", persistence: true });
    closers.push(async () => redis.stop());
    const send = await sendUnderWay(redis.url);
    if (how === "kill") await redis.kill();
    await redis.restart();
    await expectOnce(send);
    expect(questions(send.rig)).toBeLessThan(PARTS / 2);
    expect(send.rig.lines.filter((line) => line.includes("forgotten its last writes"))).toEqual([]);
  });
});

it("a Redis that has lost its last writes is told which by the workers that live, and the others wait for nobody", async () => {
  const redis = await startForgetfulRedis(pause);
  closers.push(redis.close);
  const send = await sendUnderWay(redis.url);
  await redis.crash(50, 200, () => {});
  await expectOnce(send);
  expect(send.rig.lines).toContainEqual(expect.stringMatching("the parts of which it has lost some ask first"));
  expect(questions(send.rig)).toBeLessThan(3 * PARTS);
});
