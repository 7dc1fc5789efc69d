import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { createProducer, type Producer } from "@volley/producer";
import { eventually } from "./stage/eventually.ts";
import { people } from "./stage/people.ts";
import { setUpStage, type Stage } from "./stage/stage.ts";

const RATE = 400;

/** Far more than the rate lets through while the tests run. */
const BACKLOG = 100_000;

describe("while a region is paced to its limit", () => {
  let stage: Stage;
  let producer: Producer;

  beforeAll(async () => {
    stage = await setUpStage({ emulator: { latencyMs: 20 } });
    producer = createProducer({ redis: stage.redisUrl, prefix: stage.prefix });
    const limits = { VOLLEY_US_RECIPIENTS_PER_SECOND: String(RATE), VOLLEY_US_CONCURRENCY: "4" };
    await Promise.all([stage.startWorker(limits), stage.startWorker(limits)]);
    await stage.queue("us").add("send", { from: "Volley", to: people(BACKLOG), body: "Hello" });
    await eventually(() => stage.emulator.batches().length > 5, "the long send on its way");
  });

  afterAll(async () => {
    await producer.close();
    await stage.close();
  });

  /** How many recipients of the backlog went before a send that is enqueued now. */
  async function wentBefore(priority: "urgent" | "normal", index: number): Promise<number> {
    const before = stage.emulator.stats().recipients;
    const [number = ""] = people(1, BACKLOG + index);
    const send = { from: "Volley", to: [number], body: "Your code is 4711", priority };
    await producer.enqueue(send, { region: "us", idempotencyKey: `code ${index}` });
    await eventually(() => stage.emulator.timesTexted(number) === 1, "the short send");
    return stage.emulator.stats().recipients - before;
  }

  it("a send of one recipient is out within one request's time and the pace", async () => {
    expect(await wentBefore("normal", 1)).toBeLessThan(3 * RATE);
  });

  it("so is an urgent one", async () => {
    expect(await wentBefore("urgent", 2)).toBeLessThan(3 * RATE);
  });

  it("an urgent send goes before all others that wait, the newest first", async () => {
    await stage.queue("us").pause();
    const others = people(600, BACKLOG + 1_000);
    await Promise.all(
      others.map(async (number) => stage.queue("us").add("send", { from: "Volley", to: [number], body: "Hi" })),
    );
    const urgent = people(2, BACKLOG + 10);
    for (const [index, number] of urgent.entries()) {
      const send = { from: "Volley", to: [number], body: "Your code is 17", priority: "urgent" as const };
      await producer.enqueue(send, { region: "us", idempotencyKey: `urgent ${index}` });
    }
    const before = stage.emulator.batches().length;
    await stage.queue("us").resume();
    await eventually(() => urgent.every((number) => stage.emulator.timesTexted(number) === 1), "the urgent sends");
    const after = stage.emulator
      .batches()
      .slice(before)
      .flatMap(({ to }) => to);
    const overtook = others.filter(
      (number) => after.includes(number) && after.indexOf(number) < after.indexOf(urgent[0] ?? ""),
    );
    expect(overtook.length).toBeLessThan(100);
  });

  it("everything together stays within the limit", () => {
    const arrivals = stage.emulator.requests().filter(({ method }) => method === "POST");
    const [from, to] = [arrivals.at(0)?.at ?? 0, arrivals.at(-1)?.at ?? 0];
    const sent = arrivals.reduce((sum, { recipients }) => sum + recipients, 0);
    // The first request is there before any time has passed.
    const first = Math.max(...arrivals.map(({ recipients }) => recipients));
    expect(sent).toBeLessThan(RATE * ((to - from) / 1_000) * 1.02 + first);
  });
});
