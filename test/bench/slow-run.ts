import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { startRedis } from "@volley/local-redis";
import { eventually } from "../stage/eventually.ts";
import { people } from "../stage/people.ts";
import { setUpStage, type Stage } from "../stage/stage.ts";

/** What is measured: one long send in a region of a pace. */
export type SlowRun = {
  readonly recipients: number;
  /** Recipients per second. */
  readonly rate: number;
  /** How long is looked, from the first request on; the send ends earlier where that is enough for all of it. */
  readonly seconds: number;
};

/** What was measured from the first request on. */
export type SlowReport = {
  /** Recipients that were sent to while it was looked. */
  readonly texted: number;
  readonly requests: number;
  /** What Redis has written to its append-only file meanwhile. */
  readonly aofBytes: number;
  readonly seconds: number;
};

/**
 * Measures what a long send costs in a region that is slower than a batch a second. It needs a Redis with an append-only
 * file in VOLLEY_TEST_REDIS_URL, and built applications.
 */
async function measureSlow({ recipients, rate, seconds }: SlowRun): Promise<SlowReport> {
  const stage = await setUpStage({ emulator: { latencyMs: 20 } });
  try {
    await stage.redis.config("SET", "auto-aof-rewrite-percentage", "0");
    await stage.startWorker({ VOLLEY_US_RECIPIENTS_PER_SECOND: String(rate) });
    await stage.queue("us").add("send", { from: "Volley", to: people(recipients), body: "Hello" });
    await eventually(() => stage.emulator.requests().length > 0, "the first request");
    const before = await aofBytes(stage);
    const startedAt = Date.now();
    const isDone = (): boolean => stage.emulator.stats().recipients >= recipients;
    while (!isDone() && Date.now() < startedAt + seconds * 1_000) await pause(20);
    const { recipients: texted, texted_more_than_once: twice } = stage.emulator.stats();
    if (twice > 0) throw new Error(`${twice} recipients were texted twice`);
    return {
      texted,
      requests: stage.emulator.requests().filter(({ method }) => method === "POST").length,
      aofBytes: (await aofBytes(stage)) - before,
      seconds: (Date.now() - startedAt) / 1_000,
    };
  } finally {
    await stage.close();
  }
}

async function aofBytes({ redis }: Stage): Promise<number> {
  const found = /aof_current_size:(\d+)/.exec(await redis.info("persistence"));
  if (!found) throw new Error("this Redis keeps no append-only file");
  return Number(found[1]);
}

/** Measures with a Redis of its own. */
export async function measureSlowAlone(run: SlowRun): Promise<SlowReport> {
  const redis = await startRedis({ prefer: "server", persistence: true });
  try {
    process.env["VOLLEY_TEST_REDIS_URL"] = redis.url;
    return await measureSlow(run);
  } finally {
    await redis.stop();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [rate = 20, recipients = 100_000, seconds = 30] = process.argv.slice(2).map(Number);
  console.log(JSON.stringify(await measureSlowAlone({ rate, recipients, seconds })));
}
