import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type AcceptedBatch, noRecipients, partId, type SendResult, stageKey } from "@volley/contract";
import { createProducer, type Producer } from "@volley/producer";
import type { Job } from "bullmq";
import { seededRandom } from "./chaos/seeded-random.ts";
import { runVolley } from "./stage/cli-process.ts";
import { eventually } from "./stage/eventually.ts";
import { people } from "./stage/people.ts";
import { setUpStage, type Stage } from "./stage/stage.ts";
import { stageRecipients } from "./stage/stage-recipients.ts";

const MESSAGE = { from: "Volley", body: "Hi ${name}" };

const LATER_MS = 600_000;

/** How long a test of a million recipients may take on a machine that is busy with something else. */
const MOST_MS = 180_000;

/** A worker that hands sends for later over at once. */
const ENVIRONMENT = { VOLLEY_UNKNOWN_HOLD_MS: "1000", VOLLEY_LEAD_MS: String(2 * LATER_MS) };

const nameOf = (number: string): { name: string } => ({ name: `N${number}` });

let stage: Stage;
let producer: Producer;

beforeAll(async () => {
  stage = await setUpStage();
  producer = createProducer({ redis: stage.redisUrl, prefix: stage.prefix, leadMs: 0 });
  await stage.startWorker(ENVIRONMENT);
});

afterAll(async () => {
  await producer.close();
  await stage.close();
});

const timesOf = (numbers: readonly string[]): Set<number> =>
  new Set(numbers.map((number) => stage.emulator.timesTexted(number)));

async function resultOf(job: Job): Promise<SendResult> {
  return (await endedInTime(stage, job)).returnvalue as SendResult;
}

/** Waits for the end of a send as long as more and more people are texted: a busy machine takes its time for a million. */
async function endedInTime({ queue, emulator, ended }: Stage, job: Job): Promise<Job> {
  const hasEnded = async (): Promise<boolean> =>
    ["completed", "failed"].includes(await queue("us").getJobState(String(job.id)));
  for (let texted = -1; !(await hasEnded());) {
    const before = texted;
    await eventually(async () => emulator.stats().texted > before || (await hasEnded()), "another batch, or the end");
    texted = emulator.stats().texted;
  }
  return ended(job);
}

/** Two pages of parts. */
const CUT_PARTS = 520;
const SEEDS = [1, 2];
const stages: Stage[] = [];
const stories = new Map<number, Promise<{ planned: number; result: SendResult; stats: object }>>();

/** A dead worker's locks run out after 10 to 15 seconds, so that both stories are told at once. */
const tellCutOff = async (seed: number): Promise<{ planned: number; result: SendResult; stats: object }> => {
  const own = await setUpStage({ emulator: { keep: "counts" } });
  stages.push(own);
  const queue = own.queue("us");
  const recipients = people(CUT_PARTS * 1_000);
  const staged = await stageRecipients(own.redis, { prefix: own.prefix, id: "cut", recipients });
  const worker = await own.startWorker(ENVIRONMENT);
  const job = await queue.add("send", { from: "Volley", body: "Hello", staged }, { jobId: "cut-off" });
  const [waiting, done] = ["dependencies", "processed"].map((name) => `${queue.toKey("cut-off")}:${name}`);
  const killAt = seededRandom(seed).integer(1, CUT_PARTS - 10);
  let planned = 0;
  while (planned < killAt) planned = (await own.redis.scard(waiting ?? "")) + (await own.redis.hlen(done ?? ""));
  worker.signal("SIGKILL");
  await worker.ended();
  await own.startWorker(ENVIRONMENT);
  const { returnvalue } = await endedInTime(own, job);
  return { planned, result: returnvalue as SendResult, stats: own.emulator.stats() };
};

beforeAll(() => {
  for (const seed of SEEDS) {
    const telling = tellCutOff(seed);
    // Awaited by its test, perhaps only after it has failed.
    telling.catch(() => {});
    stories.set(seed, telling);
  }
});

afterAll(async () => {
  await Promise.allSettled(stories.values());
  await Promise.all(stages.map(async (own) => own.close()));
});

describe("a send whose recipients are staged", () => {
  it("reaches 200,000 people once each, with their own name, and leaves nothing of them behind", async () => {
    const to = people(200_000);
    const staged = await stageRecipients(stage.redis, {
      prefix: stage.prefix,
      id: "names",
      recipients: to,
      own: nameOf,
    });
    const queue = stage.queue("us");
    const job = await queue.add("send", {
      ...MESSAGE,
      parameters: { name: { default: "nobody" } },
      staged: { ...staged, duplicate: 3, rejected: 1, rejections: [{ index: 7, recipient: "+1" }] },
    });
    expect(await resultOf(job)).toMatchObject({
      state: "accepted",
      recipients: { ...noRecipients(200_004), accepted: 200_000, duplicate: 3, rejected: 1 },
      rejected: [{ recipient: "+1", index: 7, reason: "invalid_msisdn", by: "volley" }],
    });
    expect(timesOf(to)).toEqual(new Set([1]));
    const some = to.filter((_, index) => index % 997 === 0);
    expect(some.map((number) => stage.emulator.textsTo(number))).toEqual(some.map((number) => [`Hi N${number}`]));
    expect(await stage.redis.exists(stageKey(stage.prefix, staged.id))).toBe(0);
    expect(await queue.getJob(partId(String(job.id), 5))).toBeUndefined();
  });

  it("that was canceled before it was planned is sent to once more, with its names", async () => {
    const to = people(12_000, 1_000_000);
    const staged = await stageRecipients(stage.redis, {
      prefix: stage.prefix,
      id: "never",
      recipients: to,
      own: nameOf,
    });
    const data = { ...MESSAGE, parameters: { name: { default: "nobody" } }, staged };
    const { id = "" } = await stage.queue("us").add("send", data, { jobId: "never-planned", delay: LATER_MS });
    expect(await producer.cancel(id, { region: "us" })).toEqual({ stopped: 12_000, tooLate: 0, unknown: 0 });
    const again = await producer.retry(id, { region: "us" });
    await eventually(async () => (await producer.status(again.id))?.state === "settled", "the retry");
    expect(timesOf(to)).toEqual(new Set([1]));
    expect(stage.emulator.textsTo(to[11_999] ?? "")).toEqual([`Hi N${to[11_999]}`]);
  });

  it("of which the provider refuses whole parts is sent to once more where it was refused", async () => {
    const to = people(3_500, 2_000_000);
    const body = { code: "syntax_invalid_json", text: "no" };
    for (const whom of [to[500], to[3_200]]) {
      stage.emulator.faults.add({ match: { recipient: whom ?? "" }, action: { kind: "status", status: 400, body } });
    }
    const staged = await stageRecipients(stage.redis, {
      prefix: stage.prefix,
      id: "half",
      recipients: to,
      own: nameOf,
    });
    const job = await stage.queue("us").add("send", { ...MESSAGE, staged }, { jobId: "half-refused" });
    expect(await resultOf(job)).toMatchObject({ state: "partial", recipients: { accepted: 2_000, rejected: 1_500 } });
    const again = await producer.retry("half-refused", { region: "us" });
    expect(again.recipients).toMatchObject({ valid: 1_500 });
    await eventually(async () => (await producer.status(again.id))?.state === "settled", "the retry");
    expect(timesOf(to)).toEqual(new Set([1]));
    expect(stage.emulator.textsTo(to[3_200] ?? "")).toEqual([`Hi N${to[3_200]}`]);
  });
});

describe("a send of more parts than a result names", () => {
  const PARTS = 1_050;
  let large: Stage;
  let reader: Producer;
  let folder: string;
  let result: SendResult;

  beforeAll(async () => {
    large = await setUpStage({ emulator: { keep: "counts" } });
    reader = createProducer({ redis: large.redisUrl, prefix: large.prefix });
    folder = await mkdtemp(join(tmpdir(), "volley-any-size-"));
    await large.startWorker(ENVIRONMENT);
    const recipients = people(PARTS * 1_000);
    const staged = await stageRecipients(large.redis, { prefix: large.prefix, id: "large", recipients });
    const send_at = new Date(Date.now() + LATER_MS).toISOString();
    const data = { from: "Volley", body: "Hello", send_at, staged };
    result = (await endedInTime(large, await large.queue("us").add("send", data, { jobId: "large" }))).returnvalue;
  }, MOST_MS);

  afterAll(async () => {
    await reader.close();
    await large.close();
    await rm(folder, { recursive: true, force: true });
  });

  const readAll = async (limit?: number): Promise<AcceptedBatch[]> => {
    const batches: AcceptedBatch[] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const options = { region: "us", ...(cursor !== undefined && { cursor }), ...(limit !== undefined && { limit }) };
      const page = await reader.batches("large", options);
      batches.push(...page.batches);
      cursor = page.cursor;
    }
    return batches;
  };

  it("counts all of them, and says how many it does not name", () => {
    expect(result).toMatchObject({
      state: "accepted",
      recipients: { ...noRecipients(PARTS * 1_000), accepted: PARTS * 1_000 },
      omitted: { batches: PARTS - 1_000, errors: 0 },
    });
    expect(result.batches).toHaveLength(1_000);
    expect(large.emulator.stats()).toMatchObject({ recipients: PARTS * 1_000, texted_more_than_once: 0 });
  });

  it("gives every batch ID by page, in the order of the parts", async () => {
    const batches = await readAll();
    expect(batches.map(({ part }) => part)).toEqual(Array.from({ length: PARTS }, (_, part) => part));
    expect(new Set(batches.map(({ id }) => id))).toEqual(new Set(large.emulator.batches().map(({ id }) => id)));
    expect(await readAll(333)).toEqual(batches);
    await expect(reader.batches("large", { region: "us", cursor: "x" })).rejects.toMatchObject({
      code: "VOLLEY_INVALID_CURSOR",
    });
  });

  it("is exported as CSV, into a file or for another program", async () => {
    const environment = { REDIS_URL: large.redisUrl, VOLLEY_PREFIX: large.prefix };
    const file = join(folder, "batches.csv");
    const toFile = runVolley(["export", "large", "--region", "us", "--out", file], environment);
    expect(await toFile.ended()).toBe(0);
    expect(toFile.output()).toBe("1,050 batches\n");
    const [heading, ...lines] = (await readFile(file, "utf8")).trimEnd().split("\n");
    expect(heading).toBe("part,batch_id,recipients,accepted_at,adopted,canceled");
    const batches = await readAll();
    expect(lines).toEqual(batches.map(({ part, id, accepted_at }) => `${part},${id},1000,${accepted_at},false,false`));
    const toPipe = runVolley(["export", "large", "--region", "us"], environment);
    expect(await toPipe.ended()).toBe(0);
    expect(toPipe.output().replace(toPipe.errors(), "")).toBe(`${[heading, ...lines].join("\n")}\n`);
    const unknown = runVolley(["export", "us-00000000000000000000"], environment);
    expect(await unknown.ended()).toBe(1);
    expect(unknown.errors()).toContain("VOLLEY_UNKNOWN_SEND");
  });

  it("is canceled at the provider with every batch, named in the result or not", async () => {
    expect(await reader.cancel("large", { region: "us" })).toEqual({
      stopped: PARTS * 1_000,
      tooLate: 0,
      unknown: 0,
    });
    expect(large.emulator.stats()).toMatchObject({ recipients: 0, texted: 0 });
    expect((await reader.status("large", { region: "us" }))?.result).toMatchObject({
      state: "canceled",
      recipients: { accepted: 0, canceled: PARTS * 1_000 },
    });
    expect((await readAll()).every(({ canceled }) => canceled)).toBe(true);
  });
});

describe("a worker that is killed while it plans: another one goes on, and everybody is texted once,", () => {
  it.each(SEEDS)(
    "seed %d",
    async (seed) => {
      const story = await stories.get(seed);
      expect(story?.planned).toBeGreaterThan(0);
      expect(story?.result).toMatchObject({
        state: "accepted",
        recipients: { ...noRecipients(CUT_PARTS * 1_000), accepted: CUT_PARTS * 1_000 },
      });
      expect(story?.stats).toMatchObject({
        recipients: CUT_PARTS * 1_000,
        texted: CUT_PARTS * 1_000,
        texted_more_than_once: 0,
      });
    },
    MOST_MS,
  );
});
