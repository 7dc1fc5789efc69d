import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { type LocalRedis, startRedis } from "@volley/local-redis";
import { createSinchClient, type SinchClient } from "@volley/sinch";
import type { Job } from "bullmq";
import { eventually } from "../../../../test/stage/eventually.ts";
import { type RegionRig, startRegionRig, textTo } from "../../../../test/region-rig.ts";
import { createJobScripts } from "../redis/job-scripts.ts";
import { readNote } from "../job/note.ts";
import { DEFAULT_SETTINGS } from "../terms/settings.ts";

const ANN = "46701234567";

let rig: RegionRig;

beforeEach(async () => {
  rig = await startRegionRig();
});

afterEach(async () => rig.close());

it("lets a job rest after an unexpected error, and asks the provider before it is sent again", async () => {
  const job = await rig.add(textTo(ANN));
  const worker = await rig.startWorker({ client: brokenClient() });
  const note = await eventually(
    async () => readNote((await rig.queue.getJob(String(job.id)))?.progress),
    "a note of the crash",
  );
  expect(note).toMatchObject({ crashes: 1, last: { outcome: "crashed", code: "RangeError" } });
  expect(note.unknown_since).not.toBeNull();
  await worker.close();

  await rig.startWorker();
  expect((await rig.resultOf(job.id)).state).toBe("accepted");
  expect(rig.emulator.requests()[0]?.method).toBe("GET");
  expect(rig.emulator.timesTexted(ANN)).toBe(1);
  expect(rig.lines).toContain("error: unexpected error, the job rests");
});

it("sets a job aside at its twentieth unexpected error in a row", async () => {
  const job = await crashedBefore(19);
  await rig.startWorker({ client: brokenClient() });
  const reason = await rig.failureOf(job.id);
  expect(reason).toBe("set aside after 20 unexpected errors in a row, the last one a RangeError");
});

it("does not set a job aside at its nineteenth", async () => {
  const job = await crashedBefore(18);
  await rig.startWorker({ client: brokenClient() });
  const note = await eventually(async () => {
    const found = readNote((await rig.queue.getJob(String(job.id)))?.progress);
    return found?.pickup === 1 && found;
  }, "a note of the crash");
  expect(note.crashes).toBe(19);
  await eventually(async () => (await job.getState()) === "delayed", "the rest of the job");
});

it("leaves no reason of a failure on a job that is accepted after all", async () => {
  const job = await rig.add(textTo(ANN));
  const key = rig.queue.toKey(String(job.id));
  await rig.redis.hset(key, { failedReason: "OOM command not allowed", stacktrace: '["OOM command not allowed"]' });
  await rig.startWorker();
  expect((await rig.resultOf(job.id)).state).toBe("accepted");
  expect(await rig.redis.hmget(key, "failedReason", "stacktrace")).toEqual([null, null]);
});

describe("a Redis that is full", () => {
  let full: LocalRedis;
  let other: RegionRig;

  beforeEach(async () => {
    full = await startRedis({ prefer: "server" });
    other = await startRegionRig(full.url);
  });

  afterEach(async () => {
    await other.close();
    await full.stop();
  });

  it("when a result is to be kept does not let the job fail: it is asked about once there is room", async () => {
    other.emulator.faults.add({ match: { method: "POST" }, action: { kind: "latency", ms: 300 } });
    const job = await other.add(textTo(ANN));
    await other.startWorker();
    await eventually(() => other.emulator.timesTexted(ANN) === 1, "the request");
    await other.redis.config("SET", "maxmemory", "1");
    const refused = "error: Redis refuses writes: nothing is picked up until it takes them again";
    await eventually(() => other.lines.includes(refused), "the refused write");
    await other.redis.config("SET", "maxmemory", "0");
    expect(await other.resultOf(job.id)).toMatchObject({ state: "accepted", batches: [{ adopted: true }] });
    expect(other.emulator.timesTexted(ANN)).toBe(1);
    expect(readNote((await other.queue.getJob(String(job.id)))?.progress)?.crashes).toBeUndefined();
    expect(other.lines).not.toContain("error: unexpected error, the job rests");
  });

  it("takes no fence: nothing is sent that could not be written down", async () => {
    const { fence } = createJobScripts(other.redis, { prefix: other.prefix, keepEvents: DEFAULT_SETTINGS.keepEvents });
    const call = {
      keys: [
        "{v}:lock",
        "{v}:canceled",
        "{v}:unbegun",
        "{v}:processed",
        "{v}:crew",
        "{v}:crew:writes",
        "{v}:suppressions",
        "{v}:lock",
        "{v}:lock",
      ],
      values: ["mine", 60_000, "", "", "me", "", "", "", "", ""],
    };
    await other.redis.set("{v}:lock", "mine", "PX", 10_000);
    await other.redis.sadd("{v}:crew", "me");
    expect(await fence(call)).toEqual([1, 0, ""]);
    expect(await other.redis.pttl("{v}:lock")).toBeGreaterThan(10_000);
    await other.redis.config("SET", "maxmemory", "1");
    await expect(fence(call)).rejects.toThrow("OOM");
    await other.redis.config("SET", "maxmemory", "0");
  });
});

async function crashedBefore(crashes: number): Promise<Job> {
  const job = await rig.add(textTo(ANN));
  const last = { outcome: "crashed", code: "RangeError", at: new Date().toISOString() };
  await job.updateProgress({ pickup: 0, tries: 0, looks: 0, unknown_since: null, crashes, last });
  return job;
}

/** A client with a mistake in it. */
function brokenClient(): SinchClient {
  return createSinchClient({
    baseUrl: "http://127.0.0.1:1",
    servicePlanId: "plan-eu",
    apiToken: "token",
    transport: async () => {
      throw new RangeError("a mistake");
    },
  });
}
