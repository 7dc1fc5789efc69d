import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { createProducer, type Producer } from "@volley/producer";
import { runVolley } from "./stage/cli-process.ts";
import { eventually } from "./stage/eventually.ts";
import { people } from "./stage/people.ts";
import { setUpStage, type Stage } from "./stage/stage.ts";

describe("a region's limits while its workers run", () => {
  let stage: Stage;
  let producer: Producer;
  let first = 0;

  beforeAll(async () => {
    stage = await setUpStage({ regions: ["us", "eu"], emulator: { latencyMs: 20 } });
    await stage.startWorker({ VOLLEY_US_CONCURRENCY: "8" });
    producer = createProducer({ redis: stage.redisUrl, prefix: stage.prefix });
  });

  afterAll(async () => {
    await producer.close();
    await stage.close();
  });

  async function send(region: string, count: number) {
    first += count;
    return stage.queue(region).add("send", { from: "Volley", to: people(count, first), body: "Hello" });
  }

  async function volley(...words: string[]): Promise<{ code: number | null; output: string }> {
    const { REDIS_URL = "", VOLLEY_PREFIX = "", VOLLEY_REGIONS = "" } = stage.environment;
    const cli = runVolley(words, { REDIS_URL, VOLLEY_PREFIX, VOLLEY_REGIONS });
    const code = await cli.ended();
    return { code, output: cli.output() };
  }

  it("are set, shown and reset from the command line", async () => {
    expect((await volley("region", "set", "us", "--rate", "20", "--concurrency", "3")).output).toBe(
      [
        "us: open",
        "  workers       1 running",
        "  rate          20 recipients per second (set by an operator)",
        "  concurrency   3 requests in flight (set by an operator)",
        "  burst         1,000 ms of the rate in one request",
        "  urgent share  0.1",
        "",
      ].join("\n"),
    );
    expect((await volley("region", "show")).output).toMatch(
      /^us: open\n(?:.*\n)*eu: open\n {2}workers {7}1 running\n {2}rate {10}none\n/,
    );
    expect((await volley("region", "reset", "us")).output).toContain("concurrency   8 requests in flight\n");
  });

  it.each([
    [["--rate", "fast"], "--rate: expected a number from 0.001 to 1000000, or none, got 4 characters"],
    [["--concurrency", "0"], '--concurrency: expected a whole number from 1 to 10000, got "0"'],
    [["--unit", "texts"], "--unit: expected recipients or segments, got 5 characters"],
    [[], "expected --rate, --concurrency, --unit, --burst-ms or --urgent-share, got none of them"],
  ])("are refused by the option's name: %j", async (options, sentence) => {
    const { code, output } = await volley("region", "set", "us", ...options);
    expect(code).toBe(1);
    expect(output).toContain(sentence);
  });

  it("slow a running worker down and let it go again", async () => {
    await producer.region("us").setLimits({ rate: 1 });
    const before = stage.emulator.stats().batches;
    const job = await eventually(async () => {
      // The worker looks about once a second.
      const sent = await send("us", 200);
      const state = await eventually(async () => {
        const now = await sent.getState();
        return (now === "completed" || now === "delayed") && now;
      }, "the send to end or to wait");
      return state === "delayed" && sent;
    }, "a send that waits for the pace");
    await producer.region("us").setLimits({ rate: null });
    await stage.ended(job);
    expect(stage.emulator.stats().batches).toBeGreaterThan(before + 1);
    await producer.region("us").resetLimits();
  });

  it("hold for the requests in flight, and a worker that starts does not touch them", async () => {
    await producer.region("us").setLimits({ concurrency: 2 });
    await stage.startWorker({ VOLLEY_US_CONCURRENCY: "9" });
    stage.emulator.reset();
    const jobs = await Promise.all(Array.from({ length: 30 }, async () => send("us", 1)));
    await Promise.all(jobs.map(stage.ended));
    expect(stage.emulator.stats().max_in_flight).toBe(2);
    expect((await producer.region("us").resetLimits()).limits.concurrency).toBe(9);
  });

  it("can be nothing at all: a region that is paused sends nothing, and others go on", async () => {
    stage.emulator.reset();
    expect((await volley("region", "pause", "us")).output).toContain("us: paused\n");
    const paused = await send("us", 1);
    await stage.startWorker();
    await stage.ended(await send("eu", 1));
    expect(stage.emulator.batches().map(({ plan }) => plan)).toEqual(["eu-plan"]);
    await volley("region", "resume", "us");
    await stage.ended(paused);
    expect(stage.emulator.batches().map(({ plan }) => plan)).toEqual(["eu-plan", "us-plan"]);
  });
});
