import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type SendResult, stageKey } from "@volley/contract";
import { createProducer, type Enqueued, type Producer, type SendToMany } from "@volley/producer";
import { seededRandom } from "./chaos/seeded-random.ts";
import { eventually } from "./stage/eventually.ts";
import { people } from "./stage/people.ts";
import { setUpStage, type Stage } from "./stage/stage.ts";

const SERVICE = fileURLToPath(new URL("staging-service.mjs", import.meta.url));

let stage: Stage;
let producer: Producer;

beforeAll(async () => {
  stage = await setUpStage();
  producer = createProducer({ redis: stage.redisUrl, prefix: stage.prefix, timeoutMs: 30_000 });
  await stage.startWorker();
});

afterAll(async () => {
  await producer.close();
  await stage.close();
});

describe("a list that does not fit into one job", () => {
  it("is sent in full batches, each recipient once, from an array of 50,000 with duplicates far apart", async () => {
    const to = people(49_990);
    const [first = "", second = ""] = to;
    const { enqueued, result } = await send({
      from: "Volley",
      to: [...to, first, `+${second}`, ...people(7, 1_000), "nobody"],
      body: "The doors open at seven.",
    });
    expect(enqueued.recipients).toEqual({ requested: 50_000, valid: 49_990, duplicate: 9, rejected: 1 });
    expect(result).toMatchObject({
      state: "accepted",
      recipients: { requested: 50_000, accepted: 49_990, duplicate: 9, rejected: 1, unknown: 0 },
      refused: [{ recipient: "nobody", reason: "invalid_msisdn" }],
    });
    expect(to.filter((number) => stage.emulator.timesTexted(number) !== 1)).toEqual([]);
    expect(stage.emulator.batches()).toHaveLength(50);
    await everyStageIsGone();
  });

  it("may be yielded one by one", async () => {
    const to = people(12_001, 100_000);
    const { result } = await send({ from: "Volley", to: new Set(to).values(), body: "The doors open at seven." });
    expect(result).toMatchObject({ state: "accepted", recipients: { requested: 12_001, accepted: 12_001 } });
    expect(to.filter((number) => stage.emulator.timesTexted(number) !== 1)).toEqual([]);
  });

  it("brings everybody's own values along, in pages from an async source", async () => {
    const to = people(2_500, 200_000);
    const { result } = await send({
      from: "Volley",
      to: pagesWithNames(to, 700),
      body: "Hi ${name}, ${code}!",
      parameters: { name: { default: "there" }, code: { [to[1] ?? ""]: "listed", default: "none" } },
    });
    expect(result).toMatchObject({ state: "accepted", recipients: { requested: 2_500, accepted: 2_500 } });
    expect(stage.emulator.textsTo(to[0] ?? "")).toEqual(["Hi Name 0, none!"]);
    expect(stage.emulator.textsTo(to[1] ?? "")).toEqual(["Hi there, listed!"]);
    expect(stage.emulator.textsTo(to[2_400] ?? "")).toEqual(["Hi Name 2400, none!"]);
    await everyStageIsGone();
  });

  it("of a handful of people is one request", async () => {
    const to = people(3, 300_000);
    const before = stage.emulator.batches().length;
    const { result } = await send({ from: "Volley", to: new Set(to).values(), body: "The doors open at seven." });
    expect(result).toMatchObject({ state: "accepted", recipients: { requested: 3, accepted: 3 } });
    expect(stage.emulator.batches().slice(before)).toMatchObject([{ to }]);
    await everyStageIsGone();
  });

  it("sends nothing when its source fails before its end", async () => {
    const to = people(20_000, 400_000);
    async function* failing(): AsyncGenerator<string[]> {
      yield to;
      throw new Error("the database is gone");
    }
    await expect(send({ from: "Volley", to: failing(), body: "Hello" })).rejects.toThrow("the database is gone");
    await everyStageIsGone();
    expect(to.filter((number) => stage.emulator.timesTexted(number) > 0)).toEqual([]);
  });
});

describe("a producer that is killed while it stages, at random points, and started again with the same key", () => {
  const COUNT = 200_000;

  it.each([1, 2])("texts everybody once (seed %d)", async (seed) => {
    const random = seededRandom(seed);
    const first = 1_000_000 * seed;
    const key = `seed ${seed}`;
    for (let life = 0; life < 3; life += 1) {
      // The last of these points are in the middle of the commit.
      await live({ key, count: COUNT, first, killAfter: random.integer(1, COUNT / 1_000 + 20) });
    }
    const enqueued = await live({ key, count: COUNT, first, killAfter: null });
    expect(enqueued?.recipients).toEqual({ requested: COUNT, valid: COUNT, duplicate: 0, rejected: 0 });
    const result = await resultOf(enqueued?.id ?? "");
    expect(result).toMatchObject({ state: "accepted", recipients: { requested: COUNT, accepted: COUNT } });
    const to = people(COUNT, first);
    expect(to.filter((number) => stage.emulator.timesTexted(number) !== 1)).toEqual([]);
  });

  it("leaves a stage behind that goes away by itself, and nothing of it is sent", async () => {
    const first = 9_000_000;
    await live({ key: "abandoned", count: COUNT, first, killAfter: 20, stageTtlMs: 500 });
    await eventually(async () => (await stagesThatExpire(60_000)).length === 0, "the end of the stage");
    expect(people(20_000, first).filter((number) => stage.emulator.timesTexted(number) > 0)).toEqual([]);
  });
});

describe("a send whose producer died before it knew that the send was enqueued", () => {
  const TO = people(3, 500_000);
  const OPTIONS = { region: "us", idempotencyKey: "died in between" };

  it.each<[string, () => SendToMany["to"]]>([
    ["in its job", () => TO],
    ["staged", () => TO.map((to) => ({ to, parameters: { name: "Ann" } }))],
  ])("is not sent again when its job, with its list %s, is no longer kept", async (how, to) => {
    const message = { from: "Volley", to: to(), body: "Hi ${name}!", parameters: { name: { default: how } } };
    const options = { ...OPTIONS, idempotencyKey: `died ${how}` };
    const texted = TO.map((number) => stage.emulator.timesTexted(number));
    await stage.queue("us").pause();
    const enqueued = await producer.enqueue(message, options);
    await stage.queue("us").resume();
    await resultOf(enqueued.id);
    await (await stage.queue("us").getJob(enqueued.id))?.remove();
    expect(await producer.enqueue(message, options)).toEqual({ ...enqueued, alreadyEnqueued: true, warnings: [] });
    expect(await stage.queue("us").getJob(enqueued.id)).toBeUndefined();
    expect(TO.map((number) => stage.emulator.timesTexted(number))).toEqual(texted.map((times) => times + 1));
  });
});

/** Enqueues and waits for the end. */
async function send(message: SendToMany): Promise<{ readonly enqueued: Enqueued; readonly result: unknown }> {
  const enqueued = await producer.enqueue(message, {
    region: "us",
    idempotencyKey: `${expect.getState().currentTestName}`,
  });
  return { enqueued, result: await resultOf(enqueued.id) };
}

async function resultOf(id: string): Promise<SendResult> {
  const job = await stage.queue("us").getJob(id);
  if (!job) throw new Error(`${id} is not on the queue`);
  const { returnvalue } = await stage.ended(job);
  return returnvalue as SendResult;
}

async function* pagesWithNames(
  to: readonly string[],
  size: number,
): AsyncGenerator<(string | { to: string; parameters: { name: string } })[]> {
  for (let first = 0; first < to.length; first += size) {
    yield to
      .slice(first, first + size)
      .map((number, index) =>
        (first + index) % 2 === 0 ? { to: number, parameters: { name: `Name ${first + index}` } } : number,
      );
  }
}

async function everyStageIsGone(): Promise<void> {
  await eventually(async () => (await stage.redis.keys(stageKey(stage.prefix, "*"))).length === 0, "no stage");
}

/** The stages that live for less than a time, in milliseconds. */
async function stagesThatExpire(withinMs: number): Promise<string[]> {
  const keys = await stage.redis.keys(stageKey(stage.prefix, "*"));
  const ttls = await Promise.all(keys.map(async (key) => stage.redis.pttl(key)));
  expect(ttls).not.toContain(-1);
  return keys.filter((_, index) => (ttls[index] ?? 0) < withinMs);
}

type Life = {
  readonly key: string;
  readonly count: number;
  readonly first: number;
  /** Lines that it prints before it is killed; `null` lets it live. */
  readonly killAfter: number | null;
  readonly stageTtlMs?: number;
};

/** One life of the service. @returns what it was told, unless it died before */
async function live({ key, count, first, killAfter, stageTtlMs = 3_600_000 }: Life): Promise<Enqueued | null> {
  const service = [SERVICE, stage.redisUrl, stage.prefix, key, String(count), String(first), String(stageTtlMs)];
  const child = spawn(process.execPath, service, { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    if (killAfter !== null && output.split("\n").length > killAfter) child.kill("SIGKILL");
  });
  await once(child, "close");
  const told = output.split("\n").find((line) => line.startsWith("{"));
  return told === undefined ? null : (JSON.parse(told) as Enqueued);
}
