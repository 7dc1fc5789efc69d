import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import {
  CHANGE_LIMITS,
  DEFAULT_REGION_LIMITS,
  defaultArguments,
  limitsKey,
  noticeSinceKey,
  processesKey,
} from "@volley/contract";
import { regionNoticeKey, regionSuspensionKey } from "@volley/contract";
import { sayServed } from "../../../../test/stage/stage.ts";
import { type DuplicatesRig, people, SEND, setUpDuplicates } from "../../../../test/duplicates-rig.ts";

const SINCE = "2026-12-01T09:00:00.000Z";

let rig: DuplicatesRig;

beforeEach(async () => {
  rig = setUpDuplicates();
  await sayServed(rig.redis, rig.prefix, ["eu", "us"]);
});

afterEach(async () => rig.close());

/** As a worker says it, with the queue held until it asks again. */
async function say(key: string, notice: string): Promise<void> {
  await rig.redis.mset(key, notice, noticeSinceKey(key), SINCE);
  await rig.redis.set(rig.queue.toKey("limiter"), "9007199254740991", "PX", 30_000);
}

async function suspend(): Promise<void> {
  await say(regionSuspensionKey(rig.prefix, "eu"), "suspended: the provider refuses its set-up (http_401)");
}

async function backOff(): Promise<void> {
  await say(regionNoticeKey(rig.prefix, "eu"), "backs off: http_503");
}

function soon(): unknown {
  const inHalfAMinute = Date.now() + 30_000;
  return {
    asymmetricMatch: (time: unknown) => Math.abs(Date.parse(String(time)) - inHalfAMinute) < 30_000,
    toString: () => "a time soon",
  };
}

describe("the state of a region", () => {
  it("is open while it sends, also while it is held for its pace", async () => {
    await rig.redis.set(rig.queue.toKey("limiter"), "9007199254740991", "PX", 30_000);
    const open = { state: "open", isPaused: false, reason: null, since: null, nextProbe: null };
    expect(await rig.producer.region("eu").limits()).toMatchObject(open);
  });

  it("is unattended while no worker of it is running", async () => {
    await rig.redis.zadd(processesKey(rig.prefix, "eu"), Date.now() - 1, "worker of a test");
    await backOff();
    const unattended = { state: "unattended", reason: "no worker of it is running", since: null, nextProbe: null };
    expect(await rig.producer.region("eu").limits()).toMatchObject(unattended);
  });

  it("tells why and since when it does not send, and when a worker asks again", async () => {
    const eu = rig.producer.region("eu");
    await backOff();
    const held = { state: "held", reason: "http_503", since: SINCE, nextProbe: soon() };
    expect(await eu.limits()).toMatchObject(held);
    await suspend();
    const suspended = { state: "suspended", reason: "the provider refuses its set-up (http_401)", since: SINCE };
    expect(await eu.limits()).toMatchObject({ ...suspended, nextProbe: soon() });
    const before = Date.now();
    const paused = await eu.pause();
    expect(paused).toMatchObject({
      state: "paused",
      isPaused: true,
      reason: "somebody has paused it",
      nextProbe: null,
    });
    expect(Date.parse(paused.since ?? "")).toBeGreaterThanOrEqual(before);
    expect((await eu.pause()).since).toBe(paused.since);
    expect(await eu.resume()).toMatchObject({ ...suspended, isPaused: false });
  });

  it("is not known since when, where another client has paused it", async () => {
    await rig.queue.pause();
    expect(await rig.producer.region("eu").limits()).toMatchObject({ state: "paused", since: null });
  });
});

describe("the status of a send", () => {
  it.each([
    ["paused", async () => void (await rig.producer.region("eu").pause())],
    ["suspended", suspend],
    ["held", backOff],
  ])("has no end while its region is %s, and says so", async (state, stop) => {
    const values = defaultArguments({ ...DEFAULT_REGION_LIMITS, rate: 10 });
    await rig.redis.eval(CHANGE_LIMITS, 1, limitsKey(rig.prefix, "eu"), ...values);
    const { id } = await rig.enqueue(SEND, null);
    const open = await rig.producer.status(id);
    expect(open?.eta).not.toBeNull();
    expect(open).not.toHaveProperty("holds");
    await stop();
    expect(await rig.producer.status(id)).toMatchObject({ eta: null, holds: [{ region: "eu", state }] });
  });

  it("names each region of several that does not send", async () => {
    const to = [...people(0, 2), "12015550100"];
    const { id } = await rig.enqueue({ ...SEND, to }, null, { region: "auto" });
    await suspend();
    const holds = [{ region: "eu", state: "suspended", since: SINCE }];
    expect(await rig.producer.status(id)).toMatchObject({ state: "queued", eta: null, holds });
    await rig.producer.region("us").pause();
    expect((await rig.producer.status(id))?.holds?.map(({ region }) => region)).toEqual(["eu", "us"]);
  });

  it("says when a scheduled send is to be sent, and not only when it is picked up", async () => {
    const sendAt = new Date(Date.now() + 60 * 60 * 1_000).toISOString();
    const { id } = await rig.enqueue({ ...SEND, send_at: sendAt }, null);
    expect(await rig.producer.status(id)).toMatchObject({ state: "scheduled", sendAt });
    const routed = await rig.enqueue({ ...SEND, send_at: sendAt }, null, { region: "auto" });
    expect(await rig.producer.status(routed.id)).toMatchObject({ state: "scheduled", sendAt });
  });
});
