import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { eventually } from "./stage/eventually.ts";
import { people } from "./stage/people.ts";
import { setUpStage, type Stage } from "./stage/stage.ts";

/** Longer than the test: a provider's `Retry-After` keeps the region waiting for so many seconds. */
const RETRY_AFTER_SECONDS = 60;

let stage: Stage;

/** A user of Redis for the worker alone, so that a right can be taken from a process that runs. */
let user: string;

beforeEach(async () => {
  stage = await setUpStage({ regions: ["us", "eu", "au", "br"] });
  user = `volley-test-${randomUUID()}`;
  await stage.redis.call("ACL", "SETUSER", user, "on", ">a-password", "~*", "&*", "+@all");
});

afterEach(async () => {
  await stage.close();
  await stage.redis.call("ACL", "DELUSER", user).catch(() => {});
});

async function startWorker() {
  const url = new URL(stage.redisUrl);
  url.username = user;
  url.password = "a-password";
  const worker = await stage.startWorker({ REDIS_URL: url.href, VOLLEY_STUCK_AFTER_MS: "1000" });
  const livez = async (): Promise<{ status: number; body: unknown }> => {
    const answer = await fetch(`${worker.url()}/livez`);
    return { status: answer.status, body: await answer.json() };
  };
  return { livez, log: worker.log };
}

async function add(region: string): Promise<void> {
  await stage.queue(region).add("send", { from: "Volley", to: people(1), body: "Hello" });
}

describe("/livez of a worker process", () => {
  it("says no when work waits that the worker does not pull, names the region, and yes when it pulls again", async () => {
    const { livez, log } = await startWorker();

    // Three regions in which nothing is wrong, and work waits in two of them for longer than in the one that is stuck.
    await stage.queue("eu").pause();
    await add("eu");
    const headers = { "retry-after": String(RETRY_AFTER_SECONDS) };
    stage.emulator.faults.add({ times: null, action: { kind: "status", status: 429, headers } });
    await add("au");
    await eventually(async () => (await stage.queue("au").getRateLimitTtl()) > 0, "a region that backs off");
    await eventually(async () => (await stage.queue("au").getWaitingCount()) > 0, "work that waits meanwhile");
    expect(await stage.queue("br").getJobCountByTypes("wait", "active", "delayed")).toBe(0);
    expect(await livez()).toEqual({ status: 200, body: { ok: true } });

    // Without the right to wait for work the worker's loop turns and turns and picks up nothing. Everything else of it
    // goes on: its locks, its answers, its looks at the queue.
    await stage.redis.call("ACL", "SETUSER", user, "-bzpopmin");
    await eventually(
      () => log().some(({ msg, region }) => msg === "worker error" && region === "us"),
      "the end of the last read that was begun with the right",
    );
    await add("us");
    const stuck = await eventually(async () => {
      const answer = await livez();
      return answer.status === 503 && answer;
    }, "a liveness probe that says no");
    expect(stuck.body).toEqual({ ok: false, reason: "work waits and is not pulled: us" });
    expect(await stage.queue("us").getWaitingCount()).toBe(1);

    stage.emulator.faults.clear();
    await stage.redis.call("ACL", "SETUSER", user, "+bzpopmin");
    await eventually(async () => (await livez()).status === 200, "a liveness probe that says yes");
    expect(await stage.queue("us").getCompletedCount()).toBe(1);
    expect(await stage.queue("eu").getWaitingCount()).toBe(1);
  });
});
