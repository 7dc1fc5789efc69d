import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { readJobData, type SendResult } from "@volley/contract";
import type { Job } from "bullmq";
import { eventually } from "./stage/eventually.ts";
import { people } from "./stage/people.ts";
import { setUpStage, type Stage } from "./stage/stage.ts";
import { startStallingProxy } from "./stage/stalling-proxy.ts";
import type { WorkerProcess } from "./stage/worker-process.ts";

const ENVIRONMENT = { VOLLEY_UNKNOWN_HOLD_MS: "1000", VOLLEY_US_TIMEOUT_MS: "5000", VOLLEY_US_CONCURRENCY: "4" };

/** What happened on one stage: who was to be texted, how often each was, and what the send came to. */
type Story = { readonly to: string[]; readonly times: number[]; readonly result: SendResult };

/** Everything of a story that a test asks for. */
type Act = {
  readonly stage: Stage;
  /** Kills the worker without warning and starts another one. */
  readonly startOver: (worker: WorkerProcess) => Promise<void>;
};

/**
 * A dead worker's jobs wait until their locks have run out, 10 to 15 seconds; so all stories are told at the same time,
 * each on a stage of its own.
 */
const STORIES: Readonly<Record<string, (act: Act) => Promise<Story>>> = {
  "before its requests are written": async ({ stage, startOver }) => {
    const to = people(8_000);
    // A provider that never ends the TLS handshake: the worker is about to write and cannot.
    const sockets: Socket[] = [];
    const mute = createServer((socket) => sockets.push(socket)).listen(0, "127.0.0.1");
    await once(mute, "listening");
    const { port } = mute.address() as AddressInfo;
    const worker = await stage.startWorker({ ...ENVIRONMENT, VOLLEY_US_BASE_URL: `https://127.0.0.1:${port}` });
    const job = await stage.queue("us").add("send", { from: "Volley", to, body: "Hello" });
    await eventually(() => sockets.length === 4, "requests that cannot be written");
    await startOver(worker);
    mute.close();
    for (const socket of sockets) socket.destroy();
    return ended(stage, job, to);
  },
  "while its requests are in flight and accepted": async ({ stage, startOver }) => {
    const to = people(8_000);
    stage.emulator.faults.add({ times: 8, action: { kind: "latency", ms: 3_000 } });
    const worker = await stage.startWorker(ENVIRONMENT);
    const job = await stage.queue("us").add("send", { from: "Volley", to, body: "Hello" });
    await eventually(() => stage.emulator.stats().in_flight === 4, "requests in flight");
    await startOver(worker);
    return ended(stage, job, to);
  },
  "after the provider has cut the connections of what it accepted": async ({ stage, startOver }) => {
    const to = people(8_000);
    stage.emulator.faults.add({ times: 4, action: { kind: "drop", accept: true, after_ms: 100 } });
    const worker = await stage.startWorker(ENVIRONMENT);
    const job = await stage.queue("us").add("send", { from: "Volley", to, body: "Hello" });
    await eventually(() => (stage.emulator.stats().by_status["none"] ?? 0) >= 4, "requests that were cut");
    expect(stage.emulator.batches().length).toBeGreaterThanOrEqual(4);
    await startOver(worker);
    return ended(stage, job, to);
  },
  "while it plans 100,000 recipients, with half of the parts on the queue": async ({ stage }) => {
    const to = people(100_000);
    const proxy = await startStallingProxy(stage.redisUrl, { at: ".p50", lost: "command" });
    const worker = await stage.startWorker({ ...ENVIRONMENT, REDIS_URL: proxy.url });
    const queue = stage.queue("us");
    const job = await queue.add("send", { from: "Volley", to, body: "Hello" });
    await eventually(proxy.isStalled, "the part in the middle");
    await kill(worker);
    await proxy.close();
    expect(readJobData((await queue.getJob(String(job.id)))?.data).kind).toBe("send");
    const partsAdded = await Promise.all([0, 50, 99].map(async (part) => queue.getJob(`${job.id}.p${part}`)));
    expect(partsAdded.map((part) => part !== undefined)).toEqual([true, false, false]);
    await stage.startWorker(ENVIRONMENT);
    return ended(stage, job, to);
  },
  "or was only frozen, for longer than its locks last, and wakes up": async ({ stage }) => {
    const to = people(8_000);
    // The answers wait for the frozen worker; somebody else has its jobs when it wakes up.
    stage.emulator.faults.add({ times: 4, action: { kind: "latency", ms: 3_000 } });
    const worker = await stage.startWorker(ENVIRONMENT);
    const job = await stage.queue("us").add("send", { from: "Volley", to, body: "Hello" });
    await eventually(() => stage.emulator.stats().in_flight === 4, "requests in flight");
    worker.signal("SIGSTOP");
    await stage.startWorker(ENVIRONMENT);
    await stage.ended(job);
    const said = worker.log().length;
    worker.signal("SIGCONT");
    await eventually(() => worker.log().length > said, "a word from it");
    await worker.stop();
    const parts = await Promise.all([0, 1, 2, 3].map(async (part) => stage.queue("us").getJob(`${job.id}.p${part}`)));
    expect(parts.map((part) => readJobData(part?.data).kind)).toEqual(parts.map(() => "settled"));
    return ended(stage, job, to);
  },
};

async function kill(worker: WorkerProcess): Promise<void> {
  worker.signal("SIGKILL");
  await worker.ended();
}

async function ended(stage: Stage, job: Job, to: string[]): Promise<Story> {
  const { returnvalue } = await stage.ended(job);
  return { to, times: to.map((number) => stage.emulator.timesTexted(number)), result: returnvalue as SendResult };
}

describe("a worker that is killed: another one finishes, and everybody is texted once, when it died", () => {
  const stages: Stage[] = [];
  const stories = new Map<string, Promise<Story>>();

  const tell = async (story: (act: Act) => Promise<Story>): Promise<Story> => {
    const stage = await setUpStage();
    stages.push(stage);
    return story({
      stage,
      startOver: async (worker) => {
        await kill(worker);
        await stage.startWorker(ENVIRONMENT);
      },
    });
  };

  beforeAll(() => {
    for (const [name, story] of Object.entries(STORIES)) {
      const telling = tell(story);
      // Awaited by its test, perhaps only after it has failed.
      telling.catch(() => {});
      stories.set(name, telling);
    }
  });

  afterAll(async () => {
    await Promise.allSettled(stories.values());
    await Promise.all(stages.map(async (stage) => stage.close()));
  });

  it.each(Object.keys(STORIES))("%s", async (name) => {
    const { to, times, result } = (await stories.get(name)) ?? { to: [], times: [], result: null };
    expect(result).toMatchObject({ state: "accepted", recipients: { requested: to.length, accepted: to.length } });
    expect(times.length).toBe(to.length);
    expect(times.filter((count) => count !== 1)).toEqual([]);
  });
});

describe("a part whose request takes every worker down with it", () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await setUpStage();
  });

  afterAll(async () => stage.close());

  it("is set aside with a reason at its 26th death; its recipients are unknown and the others are texted", async () => {
    const to = people(3_000);
    stage.emulator.faults.add({
      match: { recipient: to[1_000] ?? "" },
      times: 1,
      action: { kind: "hang", accept: false },
    });
    const first = await stage.startWorker(ENVIRONMENT);
    const queue = stage.queue("us");
    const job = await queue.add("send", { from: "Volley", to, body: "Hello" }, { jobId: "deadly" });
    await eventually(
      () => stage.emulator.stats().batches === 2 && stage.emulator.stats().in_flight === 1,
      "its request",
    );
    // 25 deaths of 10 seconds each are not waited for: BullMQ counts them here.
    await stage.redis.hset(queue.toKey("deadly.p1"), "stc", 25);
    first.signal("SIGKILL");
    await first.ended();
    await stage.startWorker(ENVIRONMENT);

    const { returnvalue } = await stage.ended(job);
    expect(returnvalue).toMatchObject({
      state: "partial",
      recipients: { requested: 3_000, accepted: 2_000, unknown: 1_000 },
      errors: [{ part: 1, code: "part_failed", text: expect.stringContaining("stalled"), recipients: 1_000 }],
    });
    expect((await queue.getJob("deadly.p1"))?.failedReason).toContain("stalled");
    expect(to.filter((number) => stage.emulator.timesTexted(number) === 1)).toHaveLength(2_000);
  });
});
