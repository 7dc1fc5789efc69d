import { expect, it } from "@jest/globals";
import { startRedis } from "@volley/local-redis";
import { createProducer } from "@volley/producer";
import { callBack, calledBack, takeCallbacks } from "./stage/call-back.ts";
import { eventually } from "./stage/eventually.ts";
import { people } from "./stage/people.ts";
import { setUpStage } from "./stage/stage.ts";
import { spawnWorker } from "./stage/worker-process.ts";

it("a worker whose user of Redis may not ask INFO works, and says what it cannot know", async () => {
  const local = await startRedis({ prefer: "server", persistence: true });
  const stage = await setUpStage({ redisUrl: local.url });
  await stage.redis.acl("SETUSER", "volley", "on", ">secret", "~*", "&*", "+@all", "-info");
  const redisUrl = local.url.replace("//", "//volley:secret@");
  const worker = spawnWorker({ ...stage.environment, REDIS_URL: redisUrl, VOLLEY_UNKNOWN_HOLD_MS: "500" });
  try {
    await eventually(() => worker.log().some(({ msg }) => msg === "started"), "a started worker");
    const numbers = people(2_500);
    const job = await stage.queue("us").add("send", { from: "Volley", to: numbers, body: "Hello" });
    expect((await stage.ended(job)).returnvalue).toMatchObject({ state: "accepted" });
    expect(numbers.filter((number) => stage.emulator.timesTexted(number) !== 1)).toEqual([]);
    expect(worker.output()).toContain("may not ask INFO");
    expect(worker.log().filter(({ level }) => level === "error" || level === "fatal")).toEqual([]);
    expect(await worker.stop()).toBe(0);
  } finally {
    worker.signal("SIGKILL");
    await stage.close();
    await local.stop();
  }
});

it("a user of Redis that may only read and write Volley's own keys is enough for whoever takes callbacks", async () => {
  const local = await startRedis({ prefer: "server", persistence: true });
  const stage = await setUpStage({ redisUrl: local.url });
  const rights = ["-@all", "+@read", "+@write", "+@scripting", "+@connection", "+time"];
  await stage.redis.acl("SETUSER", "callbacks", "on", ">secret", `~${stage.prefix}:*`, ...rights);
  const redisUrl = local.url.replace("//", "//callbacks:secret@");
  const webhooks = await takeCallbacks({ REDIS_URL: redisUrl, VOLLEY_PREFIX: stage.prefix });
  try {
    expect(await callBack(webhooks, "46701234567")).toBe(200);
    expect(await calledBack(stage.redis, stage.prefix)).toBe(1);
    expect(webhooks.output()).toContain("may not ask INFO");
  } finally {
    await webhooks.stop();
    await stage.close();
    await local.stop();
  }
});

it("where the worker's user of Redis may not read the list of opt-outs nothing is sent, and why is said; afterwards everything is, once", async () => {
  const local = await startRedis({ prefer: "server", persistence: true });
  const stage = await setUpStage({ redisUrl: local.url });
  const { prefix } = stage;
  const allow = async (...keys: string[]): Promise<unknown> =>
    stage.redis.acl("SETUSER", "volley", "resetkeys", ...keys);
  await stage.redis.acl("SETUSER", "volley", "on", ">secret", "&*", "+@all");
  // All but what begins with "sup".
  await allow(`~${prefix}:[^s]*`, `~${prefix}:s[^u]*`, `~${prefix}:su[^p]*`);
  const redisUrl = local.url.replace("//", "//volley:secret@");
  const worker = spawnWorker({ ...stage.environment, REDIS_URL: redisUrl });
  const producer = createProducer({ redis: local.url, prefix });
  try {
    const [ann = "", bo = ""] = people(2);
    await producer.suppressions.add(ann);
    const send = { from: "12015550123", to: [ann, bo], body: "Hello" };
    const { id } = await producer.enqueue(send, { region: "us", idempotencyKey: "one" });
    await eventually(async () => {
      const [status, region] = [await producer.status(id, { region: "us" }), await producer.region("us").limits()];
      return (
        [...(status?.holds ?? []), region].filter(({ reason }) => reason?.includes("list cannot be read")).length === 2
      );
    }, "the reason in the send and in the region");
    expect(stage.emulator.batches()).toEqual([]);
    await allow("~*");
    const result = await eventually(async () => (await producer.status(id, { region: "us" }))?.result, "a result");
    expect(result.recipients).toMatchObject({ accepted: 1, suppressed: 1 });
    expect(stage.emulator.batches().flatMap(({ to }) => to)).toEqual([bo]);
    expect(worker.log().filter(({ level }) => level === "error" || level === "fatal")).toEqual([]);
  } finally {
    worker.signal("SIGKILL");
    await producer.close();
    await stage.close();
    await local.stop();
  }
});
