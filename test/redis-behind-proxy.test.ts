import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { queueName } from "@volley/contract";
import { type LocalRedis, startRedis } from "@volley/local-redis";
import { type Job, Queue } from "bullmq";
import { Redis } from "ioredis";
import { readNote } from "../packages/worker/src/job/note.ts";
import { type RegionRig, startRegionRig, textTo } from "./region-rig.ts";
import { eventually } from "./stage/eventually.ts";
import { type FailoverProxy, startFailoverProxy } from "./stage/failover-proxy.ts";

const ANN = "46701234567";
const BO = "46701234568";

let primary: LocalRedis;
let replica: LocalRedis;
let proxy: FailoverProxy;
let rig: RegionRig;
let follower: Redis;

beforeEach(async () => {
  [primary, replica] = await Promise.all([startRedis({ prefer: "server" }), startRedis({ prefer: "server" })]);
  const leader = new Redis(primary.url);
  await leader.config("SET", "repl-diskless-sync-delay", "0");
  leader.disconnect();
  follower = new Redis(replica.url, { maxRetriesPerRequest: null });
  await follower.replicaof("127.0.0.1", new URL(primary.url).port);
  await eventually(async () => (await follower.info("replication")).includes("link_status:up"), "the replication");
  proxy = await startFailoverProxy(primary.url);
  rig = await startRegionRig(proxy.url);
});

afterEach(async () => {
  await rig.close();
  follower.disconnect();
  await proxy.close();
  await Promise.all([primary.stop(), replica.stop()]);
});

it("asks before it sends what a replica has forgotten that took over behind a proxy that keeps the connections", async () => {
  await rig.startWorker({ settings: { unknownHoldMs: 300 } });
  const first = await rig.add(textTo(BO));
  await rig.resultOf(first.id);
  await rig.queue.pause();
  const job = await rig.add(textTo(ANN));
  const connections = await forgetWhatFollows(job, async (copy) => copy !== undefined);

  const result = await rig.resultOf(job.id);
  expect(rig.emulator.timesTexted(ANN)).toBe(1);
  expect(result).toMatchObject({ state: "accepted", batches: [{ adopted: true }] });
  expect(proxy.connections()).toBe(connections);
  expect(rig.lines).toContain(
    "warn: Redis has forgotten its last writes: the parts of which it has lost some ask first",
  );
});

it("takes no note for newer than what was forgotten because its writer's clock is ahead", async () => {
  await rig.startWorker({ settings: { unknownHoldMs: 300 }, now: ahead });
  const first = await rig.add(textTo(BO));
  await rig.resultOf(first.id);
  const headers = { "retry-after": "2" };
  rig.emulator.faults.add({ match: { method: "POST" }, action: { kind: "status", status: 429, headers } });
  const job = await rig.add(textTo(ANN));
  await eventually(async () => isNoted(await rig.queue.getJob(String(job.id))), "the note");
  await rig.queue.pause();
  await forgetWhatFollows(job, isNoted);

  const result = await rig.resultOf(job.id);
  expect(rig.emulator.timesTexted(ANN)).toBe(1);
  expect(result).toMatchObject({ state: "accepted", batches: [{ adopted: true }] });
});

/** The clock of a worker that is 30 s ahead of Redis. */
function ahead(): Date {
  return new Date(Date.now() + 30_000);
}

async function isNoted(copy: Job | undefined): Promise<boolean> {
  return readNote(copy?.progress)?.last.code === "http_429";
}

/**
 * Lets the primary work on, and then the replica take over, which has heard of nothing more since the queue was paused with
 * the job in it.
 *
 * @param isCopied - whether the replica has the job as it has to be
 * @returns how many connections there were before the replica took over
 */
async function forgetWhatFollows(job: Job, isCopied: (copy: Job | undefined) => Promise<boolean>): Promise<number> {
  const ofReplica = new Queue(queueName(rig.region), { connection: follower, prefix: rig.prefix });
  await eventually(
    async () => (await ofReplica.isPaused()) && isCopied(await ofReplica.getJob(String(job.id))),
    "the replicated job in a paused queue",
  );
  await follower.replicaof("NO", "ONE");
  await rig.queue.resume();
  await rig.resultOf(job.id);
  await ofReplica.resume();
  await ofReplica.close();
  const connections = proxy.connections();
  await proxy.switchTo(replica.url);
  await primary.kill();
  return connections;
}
