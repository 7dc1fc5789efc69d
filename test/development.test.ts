import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { DEFAULT_PREFIX, limitsKey } from "@volley/contract";
import { type LocalRedis, startRedis } from "@volley/local-redis";
import { createProducer } from "@volley/producer";
import { FIRST_EVENTS, readEvents } from "@volley/receipts";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { type CliProcess, runVolley } from "./stage/cli-process.ts";
import { eventually } from "./stage/eventually.ts";
import { startRedisCluster } from "./stage/redis-cluster.ts";

const SEND = { from: "Volley", to: ["+46701234567"], body: "Meant for a real person" };

let folder: string;
let server: LocalRedis;
let redis: Redis;
const running: CliProcess[] = [];
const queues: Queue[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "volley-development-"));
});

beforeEach(async () => {
  server = await startRedis({ prefer: "server" });
  redis = new Redis(server.url, { maxRetriesPerRequest: null });
});

afterEach(async () => {
  for (const process of running.splice(0)) {
    process.signal("SIGTERM");
    await process.ended();
  }
  for (const queue of queues.splice(0)) await queue.close();
  await redis.quit();
  await server.stop();
});

afterAll(async () => rm(folder, { recursive: true, force: true }));

function start(volleyArguments: string[], environment: Record<string, string> = {}): CliProcess {
  const process = runVolley(volleyArguments, { VOLLEY_STATE_DIR: folder, REDIS_URL: server.url, ...environment });
  running.push(process);
  return process;
}

/** A queue of a Volley that is not development's. */
function queueOf(prefix: string): Queue {
  const queue = new Queue("volley-eu", { prefix, connection: redis });
  queues.push(queue);
  return queue;
}

async function eventsIn(prefix: string) {
  return (await readEvents(redis, prefix, { cursor: FIRST_EVENTS, limit: 10 })).events;
}

async function keysBeside(prefix: string): Promise<string[]> {
  return (await redis.keys("*")).filter((key) => !key.startsWith(`${prefix}:`)).toSorted();
}

describe.each(["dev", "demo"])("volley %s with a Redis that it is given", (command) => {
  it.each([DEFAULT_PREFIX, "{shop}"])(
    "refuses one that holds queues with the prefix %s, and says what to do",
    async (prefix) => {
      const queue = queueOf(prefix);
      const job = await queue.add("send", SEND, { jobId: "real" });
      const before = await redis.dbsize();
      const process = start([command]);
      expect(await process.ended()).toBe(1);
      expect(process.errors()).toBe(
        `the Redis at ${server.url}/0 holds queues of another Volley (prefix ${prefix}): unset REDIS_URL and one is ` +
          "started here, or add --shared-redis to run beside them under a prefix of its own\n",
      );
      expect(await job.getState()).toBe("waiting");
      expect(await redis.dbsize()).toBe(before);
    },
  );

  it("refuses one on another machine without asking it anything", async () => {
    // An address of the documentation (RFC 5737): nothing ever answers there.
    const process = start([command], { REDIS_URL: "redis://user:a-secret@192.0.2.1" });
    expect(await process.ended()).toBe(1);
    expect(process.output()).toBe(
      "the Redis at redis://192.0.2.1:6379/0 is not on this machine: unset REDIS_URL and one is started here, " +
        "or add --shared-redis to run there under a prefix of its own\n",
    );
  });
});

describe("volley dev", () => {
  it.each([
    ["that of production", { VOLLEY_PREFIX: DEFAULT_PREFIX }, "{volley-dev}"],
    ["one of development", { VOLLEY_PREFIX: "{shop-dev}" }, "{shop-dev}"],
  ])("beside others touches nothing of theirs, the prefix being %s", async (_what, environment, prefix) => {
    const others = [DEFAULT_PREFIX, "{shop}"].map(queueOf);
    const jobs = await Promise.all(others.map(async (queue) => queue.add("send", SEND, { jobId: "real" })));
    const before = await keysBeside(prefix);
    const dev = start(["dev", "--shared-redis"], environment);
    await dev.printed(/^Ctrl\+C ends it\.$/m);
    expect(dev.output()).toContain(`prefix: ${prefix}\n`);
    const isLeftAlone = dev
      .output()
      .includes("VOLLEY_PREFIX {volley} is left alone: development has a prefix of its own");
    expect(isLeftAlone).toBe(environment.VOLLEY_PREFIX === DEFAULT_PREFIX);
    // Its worker has said under its own prefix what its limits are, and nowhere else.
    expect(await redis.exists(limitsKey(prefix, "eu"))).toBe(1);
    expect(await keysBeside(prefix)).toEqual(before);
    dev.signal("SIGINT");
    expect(await dev.ended()).toBe(0);
    expect(await Promise.all(jobs.map(async (job) => job.getState()))).toEqual(["waiting", "waiting"]);
  });

  it("prints what another terminal has to export, with which sends go through it", async () => {
    const dev = start(["dev"], { REDIS_URL: "" });
    const [, assignments = ""] = await dev.printed(/^in another terminal: export (.*)$/m);
    const exported = Object.fromEntries(
      [...assignments.matchAll(/(\w+)='([^']*)'/g)].map(([, name = "", value = ""]) => [name, value]),
    );
    expect(Object.keys(exported)).toEqual(["REDIS_URL", "VOLLEY_PREFIX"]);
    const file = join(folder, "people.csv");
    await writeFile(file, "number,name\n+46701234567,Ann\n");
    const message = ["--from", "Volley", "--body", "Hi ${name}!", "--region", "eu"];
    const send = runVolley(["send", file, ...message], exported);
    expect(await send.ended()).toBe(0);
    expect(send.output()).toContain("1 requested = 1 accepted\n");
  });

  it("takes what its emulator calls back, and prints with which command somebody answers", async () => {
    const dev = start(["dev"], { VOLLEY_REGIONS: "us,gulf-2" });
    await dev.printed(/^Ctrl\+C ends it\.$/m);
    const [, command = ""] = /^somebody answers: (.*)$/m.exec(dev.output()) ?? [];
    // Sent as curl would send it, which not every machine has.
    const [, body = "", emulator = ""] = /^curl -s -d '([^']+)' (\S+)$/.exec(command) ?? [];
    const answer = await fetch(emulator, { method: "POST", body });
    expect(await answer.json()).toMatchObject({ type: "mo_text", body: "Yes" });
    const arrived = await eventually(async () => (await eventsIn("{volley-dev}"))[0], "the answer");
    expect(arrived).toMatchObject({
      type: "message.received",
      region: "us",
      data: { from: "19995000000", body: "Yes" },
    });

    const producer = createProducer({ redis: server.url, prefix: "{volley-dev}" });
    const send = { ...SEND, to: ["+9715012345"], delivery_report: "per_recipient_final" } as const;
    const { id } = await producer.enqueue(send, { region: "gulf-2", idempotencyKey: "one" });
    await eventually(async () => (await producer.status(id))?.delivery?.delivered === 1, "the report");
    await producer.close();
    const urls = /^webhooks: (\S+) (\S+)$/m.exec(dev.output())?.slice(1) ?? [];
    expect(urls.map((url) => new URL(url).pathname)).toEqual(["/v1/callbacks/us", "/v1/callbacks/gulf-2"]);
    const unsigned = await fetch(urls[0] ?? "", { method: "POST", body: JSON.stringify({ type: "mo_text", id: "x" }) });
    expect(unsigned.status).toBe(401);
    const types = (await eventsIn("{volley-dev}")).map(({ type }) => type);
    expect(types.toSorted()).toEqual(["message.received", "recipient.status", "send.settled"]);
  });

  it("starts again on the Redis where it was before", async () => {
    for (const prefix of ["{volley-dev}", "{ann-dev}"]) {
      const dev = start(["dev"], { VOLLEY_PREFIX: prefix });
      await dev.printed(/^Ctrl\+C ends it\.$/m);
      dev.signal("SIGINT");
      expect(await dev.ended()).toBe(0);
    }
  });
});

describe("volley demo", () => {
  it("sees queues on every node of a Cluster", async () => {
    const cluster = await startRedisCluster(3);
    try {
      const queue = new Queue("volley-eu", { prefix: "{shop}", connection: cluster.client });
      await queue.add("send", SEND);
      await queue.close();
      const demo = start(["demo"], { REDIS_URL: cluster.urls });
      expect(await demo.ended()).toBe(1);
      expect(demo.errors()).toContain("holds queues of another Volley (prefix {shop})");
    } finally {
      await cluster.close();
    }
  });

  it("leaves no key behind in a Redis that it is given, whatever VOLLEY_PREFIX says", async () => {
    await redis.set("{shop-dev}:theirs", "stays");
    const demo = start(["demo"], { VOLLEY_PREFIX: "{shop-dev}" });
    expect(await demo.ended()).toBe(0);
    expect(demo.output()).toContain("10,000 people texted, 0 of them more than once\n");
    expect(await redis.keys("*")).toEqual(["{shop-dev}:theirs"]);
  });

  it("leaves none behind when it is interrupted either", async () => {
    const demo = start(["demo"]);
    await demo.printed(/ enqueued$/m);
    demo.signal("SIGINT");
    expect(await demo.ended()).toBe(130);
    expect(await redis.dbsize()).toBe(0);
  });
});
