import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type SendResult, stageKey } from "@volley/contract";
import { createProducer, type Enqueued, type Producer, type SendToMany } from "@volley/producer";
import { seededRandom } from "./chaos/seeded-random.ts";
import { eventually } from "./stage/eventually.ts";
import { people } from "./stage/people.ts";
import { setUpStage, type Stage } from "./stage/stage.ts";
import { type Stalling, startStallingProxy } from "./stage/stalling-proxy.ts";

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
    const { enqueued, result, stages } = await send({
      from: "Volley",
      to: [...to, first, `+${second}`, ...people(7, 1_000), "nobody"],
      body: "The doors open at seven.",
    });
    expect(enqueued.recipients).toEqual({ requested: 50_000, valid: 49_990, duplicate: 9, rejected: 1 });
    expect(result).toMatchObject({
      state: "accepted",
      recipients: { requested: 50_000, accepted: 49_990, duplicate: 9, rejected: 1, unknown: 0 },
      rejected: [{ recipient: "nobody", reason: "invalid_msisdn" }],
    });
    expect(to.filter((number) => stage.emulator.timesTexted(number) !== 1)).toEqual([]);
    expect(stage.emulator.batches()).toHaveLength(50);
    expect(stages).toBe(1);
    await everyStageIsGone();
  });

  it("may be yielded one by one", async () => {
    const to = people(12_001, 100_000);
    const { result, stages } = await send({ from: "Volley", to: new Set(to).values(), body: "The doors open." });
    expect(result).toMatchObject({ state: "accepted", recipients: { requested: 12_001, accepted: 12_001 } });
    expect(to.filter((number) => stage.emulator.timesTexted(number) !== 1)).toEqual([]);
    expect(stages).toBe(1);
  });

  it("brings everybody's own values along, in pages from an async source", async () => {
    const to = people(2_500, 200_000);
    const { result, stages } = await send({
      from: "Volley",
      to: pagesWithNames(to, 700),
      body: "Hi ${name}, ${code}!",
      parameters: { name: { default: "there" }, code: { [to[1] ?? ""]: "listed", default: "none" } },
    });
    expect(result).toMatchObject({ state: "accepted", recipients: { requested: 2_500, accepted: 2_500 } });
    expect(stage.emulator.textsTo(to[0] ?? "")).toEqual(["Hi Name 0, none!"]);
    expect(stage.emulator.textsTo(to[1] ?? "")).toEqual(["Hi there, listed!"]);
    expect(stage.emulator.textsTo(to[2_400] ?? "")).toEqual(["Hi Name 2400, none!"]);
    expect(stages).toBe(1);
    await everyStageIsGone();
  });

  it("of a handful of people is one request", async () => {
    const to = people(3, 300_000);
    const before = stage.emulator.batches().length;
    const { result, stages } = await send({ from: "Volley", to: new Set(to).values(), body: "The doors open." });
    expect(result).toMatchObject({ state: "accepted", recipients: { requested: 3, accepted: 3 } });
    expect(stage.emulator.batches().slice(before)).toMatchObject([{ to }]);
    expect(stages).toBe(1);
    await everyStageIsGone();
  });

  it("sends nothing when its source fails before its end", async () => {
    const to = people(20_000, 400_000);
    async function* failing(): AsyncGenerator<string[]> {
      yield to;
      await eventually(async () => (await stagesThere()).length === 1, "the stage");
      throw new Error("the database is gone");
    }
    await expect(send({ from: "Volley", to: failing(), body: "Hello" })).rejects.toThrow("the database is gone");
    await everyStageIsGone();
    expect(to.filter((number) => stage.emulator.timesTexted(number) > 0)).toEqual([]);
  });
});

describe("a producer that is killed while it stages, at random points, and started again with the same key", () => {
  const PAGES = 200;

  it.each([
    { seed: 1, lost: "command" as const },
    { seed: 2, lost: "answer" as const },
  ])(
    "texts everybody once (seed $seed, the last time when the $lost of the commit is lost)",
    async ({ seed, lost }) => {
      const random = seededRandom(seed);
      const service = { key: `seed ${seed}`, pages: PAGES, first: 1_000_000 * seed };
      // What was committed stays there as it is.
      await stage.queue("us").pause();
      for (const killAt of [random.integer(20, PAGES), random.integer(20, PAGES), lost]) {
        expect(await live({ ...service, killAt })).toBe("killed");
      }
      const enqueued = await live({ ...service, killAt: null });
      await stage.queue("us").resume();
      if (enqueued === "killed") throw new Error("nobody has killed it");
      const count = 1_000 * PAGES;
      expect(enqueued.recipients).toEqual({ requested: count, valid: count, duplicate: 0, rejected: 0 });
      const result = await resultOf(enqueued.id);
      expect(result).toMatchObject({ state: "accepted", recipients: { requested: count, accepted: count } });
      const to = people(count, service.first);
      expect(to.filter((number) => stage.emulator.timesTexted(number) !== 1)).toEqual([]);
    },
  );

  it("leaves a stage behind that goes away by itself, and nothing of it is sent", async () => {
    const first = 9_000_000;
    const stageTtlMs = 45_000;
    const before = new Set(await stagesThere());
    await live({ key: "abandoned", pages: PAGES, first, killAt: 30, stageTtlMs });
    const left = (await stagesThere()).filter((key) => !before.has(key));
    expect(left).toHaveLength(1);
    const ttlMs = await stage.redis.pttl(left[0] ?? "");
    expect(ttlMs).toBeGreaterThan(0);
    expect(ttlMs).toBeLessThanOrEqual(stageTtlMs);
    expect(await stage.queue("us").getJobCountByTypes("waiting", "active", "delayed", "prioritized")).toBe(0);
    expect(people(30_000, first).filter((number) => stage.emulator.timesTexted(number) > 0)).toEqual([]);
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

/** Enqueues and waits for the end. @returns also how many stages there were before anybody worked on it */
async function send(
  message: SendToMany,
): Promise<{ readonly enqueued: Enqueued; readonly result: unknown; readonly stages: number }> {
  const queue = stage.queue("us");
  await queue.pause();
  try {
    const idempotencyKey = `${expect.getState().currentTestName}`;
    const enqueued = await producer.enqueue(message, { region: "us", idempotencyKey });
    const stages = (await stagesThere()).length;
    await queue.resume();
    return { enqueued, result: await resultOf(enqueued.id), stages };
  } finally {
    await queue.resume();
  }
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
  await eventually(async () => (await stagesThere()).length === 0, "no stage");
}

async function stagesThere(): Promise<string[]> {
  return stage.redis.keys(stageKey(stage.prefix, "*"));
}

/** A service that enqueues pages of a thousand recipients, and the point at which it dies. */
type Life = {
  readonly key: string;
  readonly pages: number;
  readonly first: number;
  /** The page that it waits for when it is killed, or what of its commit is lost then; `null` lets it live. */
  readonly killAt: number | Stalling["lost"] | null;
  readonly stageTtlMs?: number;
};

/**
 * One life of the service, which asks before every page.
 *
 * @returns what it was told, unless it was killed before; a stage of its own was there then
 */
async function live({ key, pages, first, killAt, stageTtlMs = 3_600_000 }: Life): Promise<Enqueued | "killed"> {
  const before = (await stagesThere()).length;
  const proxy = await startStallingProxy(stage.redisUrl, {
    at: typeof killAt === "string" ? '"staged":' : "nothing of the kind",
    lost: typeof killAt === "string" ? killAt : "command",
  });
  const service = [SERVICE, proxy.url, stage.prefix, key, String(pages), String(first), String(stageTtlMs)];
  const child = spawn(process.execPath, service, { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(child, "close");
  const kill = async (isReached: () => boolean): Promise<void> => {
    await eventually(async () => isReached() && (await stagesThere()).length > before, "its stage");
    child.kill("SIGKILL");
  };
  let told = "";
  for await (const line of createInterface(child.stdout)) {
    if (line.startsWith("{")) told = line;
    else if (Number(line) === killAt) await kill(() => true);
    else child.stdin.write("\n");
    if (Number(line) === pages && typeof killAt === "string") await kill(proxy.isStalled);
  }
  const [, signal] = (await ended) as [number | null, string | null];
  await proxy.close();
  return signal === "SIGKILL" ? "killed" : (JSON.parse(told) as Enqueued);
}
