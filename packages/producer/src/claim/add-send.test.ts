import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { stageKey } from "@volley/contract";
import type { Command, Redis } from "ioredis";
import { EU, numbers, openStagingRig, STAGED_MESSAGE, type StagingRig } from "../../../../test/staging-rig.ts";
import { createProducer, type Producer } from "../producer/producer.ts";

const TO = [...numbers(3_000)];
const UNFINISHED_MS = 60 * 60 * 1_000;
const UNAVAILABLE = { code: "VOLLEY_REDIS_UNAVAILABLE" };

let rig: StagingRig;
let connection: Redis;
let producer: Producer;

beforeEach(async () => {
  rig = openStagingRig();
  // A connection that does not come back.
  connection = rig.redis.duplicate({ maxRetriesPerRequest: 0, retryStrategy: () => null });
  producer = createProducer({ redis: connection, prefix: rig.prefix, timeoutMs: 30_000 });
  // Redis knows all scripts from now on.
  const { id } = await enqueue({ ...EU, idempotencyKey: "first" });
  await rig.queue.remove(id);
  for (const key of await rig.stages()) await rig.redis.del(key);
});

afterEach(async () => {
  await producer.close();
  connection.disconnect();
  await rig.close();
});

const enqueue = async (options = EU) => producer.enqueue({ ...STAGED_MESSAGE, to: new Set(TO) }, options);

/** Whether a command touches the queue's own keys, as only the one does that adds a job. */
function isHandOver({ args }: Command): boolean {
  return args.some((argument) => String(argument) === rig.queue.toKey("id"));
}

it("a stage whose connection is lost while it is handed over lives no longer than one that nobody finished", async () => {
  const send = connection.sendCommand.bind(connection);
  connection.sendCommand = (command, ...others) => {
    if (isHandOver(command)) connection.stream.destroy();
    return send(command, ...others);
  };
  await expect(enqueue()).rejects.toMatchObject({ code: "VOLLEY_PRODUCER_CLOSED" });
  const [stage = ""] = await rig.stages();
  expect(await rig.redis.hlen(stage)).toBe(3);
  expect(await rig.redis.pttl(stage)).toBeLessThanOrEqual(UNFINISHED_MS);
  expect(await rig.queue.getJobs()).toEqual([]);
});

it("a stage whose send was added is kept, though the caller has heard of nothing but a failure", async () => {
  const send = connection.sendCommand.bind(connection);
  connection.sendCommand = (command, ...others) => {
    // Redis has done it all, and its answer is lost.
    if (command.name === "exec") command.resolve = () => command.reject(new Error("Connection is closed."));
    return send(command, ...others);
  };
  await expect(enqueue()).rejects.toMatchObject(UNAVAILABLE);
  const job = await rig.onlyJob();
  expect((await rig.piecesOf(job)).flatMap(({ recipients }) => recipients)).toEqual(TO);
  expect(await rig.redis.pttl(stageKey(rig.prefix, job.data.staged.id))).toBeGreaterThan(UNFINISHED_MS);
  expect(await rig.enqueue(new Set(TO))).toMatchObject({ id: job.id, alreadyEnqueued: true });
});
