import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { createProducer, type Enqueued, type Producer, type SendStatus, type SendToMany } from "@volley/producer";
import { people } from "./duplicates-rig.ts";
import { type CliProcess, runVolley } from "./stage/cli-process.ts";
import { eventually } from "./stage/eventually.ts";
import { setUpStage, type Stage } from "./stage/stage.ts";

const PEOPLE = [
  ["+46701234567", "Ann", "a1"],
  ["+46701234568", "Bo", "b2"],
  ["+46701234569", "Chioma", "c3"],
] as const;

const NEW = ["+46701234570", "Dag", "d4"] as const;

const TEXT = ["--from", "Volley", "--body", "Hi ${name}!"];

const TOMORROW = new Date(Date.now() + 24 * 60 * 60 * 1_000).toISOString();

let stage: Stage;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "volley-texted-again-"));
  await writeFile(join(folder, "routes.json"), JSON.stringify({ prefixes: { 46: "eu" } }));
});

afterAll(async () => rm(folder, { recursive: true, force: true }));

type Ended = Pick<CliProcess, "output" | "errors"> & { readonly exitCode: number | null };

async function volley(...args: string[]): Promise<Ended> {
  const process = runVolley(args, {
    REDIS_URL: stage.redisUrl,
    VOLLEY_PREFIX: stage.prefix,
    VOLLEY_ROUTES_FILE: join(folder, "routes.json"),
  });
  return { ...process, exitCode: await process.ended() };
}

/** Sends a file of this content to eu, unless it or the flags say something else. */
async function send(content: string, ...flags: string[]): Promise<Ended> {
  const file = join(folder, `people-${Math.random()}.csv`);
  await writeFile(file, content);
  const region = flags.includes("--region") || content.includes("region") ? [] : ["--region", "eu"];
  return volley("send", file, ...TEXT, ...region, ...flags);
}

function csv(
  lines: readonly (readonly string[])[],
  { heading = "number,name,code", delimiter = ",", end = "\n" } = {},
): string {
  return [heading, ...lines.map((cells) => cells.join(delimiter))].join(end) + end;
}

async function jobs(region = "eu"): Promise<number> {
  return stage.queue(region).getWaitingCount();
}

function timesTexted(): number[] {
  return [...PEOPLE, NEW].map(([number]) => stage.emulator.timesTexted(number.slice(1)));
}

describe("a file that was sent a moment ago", () => {
  beforeAll(async () => {
    stage = await setUpStage({ regions: ["us", "eu"], hadWorkers: true });
    await send(csv(PEOPLE), "--no-wait");
  });

  afterAll(async () => stage.close());

  it.each<[string, string, string[], number?]>([
    ["with another expiry", csv(PEOPLE), ["--expire-at", TOMORROW]],
    ["with another region", csv(PEOPLE), ["--region", "auto"]],
    ["with another key", csv(PEOPLE), ["--key", "another"]],
    ["saved with a byte order mark", `\uFEFF${csv(PEOPLE)}`, []],
    ["saved with CRLF", csv(PEOPLE, { end: "\r\n" }), []],
    ["saved with semicolons", csv(PEOPLE, { delimiter: ";", heading: "number;name;code" }), []],
    [
      "with its numbers in another writing",
      csv(PEOPLE.map(([to, ...rest]) => [`0046 70-${to.slice(5)}`, ...rest])),
      [],
    ],
    ["sorted otherwise", csv(PEOPLE.toReversed()), []],
    ["with one more line", csv([...PEOPLE, NEW]), [], 4],
    [
      "with one more column",
      csv(
        PEOPLE.map((cells) => [...cells, "x"]),
        { heading: "number,name,code,note" },
      ),
      [],
    ],
    ["with other values that the text does not use", csv(PEOPLE.map(([to, name]) => [to, name, "z9"])), []],
    ["with other names of its columns", csv(PEOPLE, { heading: "mobile,first,code" }), ["--body", "Hi ${first}!"]],
    ["with a wrong line", csv([...PEOPLE, ["070", "Eve", "e5"]]), []],
  ])("is not sent again without a question, %s", async (_, again, flags, total = 3) => {
    const { exitCode, errors } = await send(again, ...flags, "--no-wait");
    const question =
      total === 3
        ? "all of these 3 were enqueued for this text a moment ago: --again sends to all of them once more"
        : "3 of these 4 were enqueued for this text a moment ago: --again sends to all, --only-new to the other one";
    // On a busy machine the first one is a while ago by now.
    const asked = errors().replace(/a minute ago|\d+ minutes ago/, "a moment ago");
    expect(asked).toBe(`${question} (VOLLEY_DUPLICATES)\n`);
    expect(exitCode).toBe(1);
    expect(await jobs()).toBe(1);
  });

  it.each<[string, string, string[]]>([
    ["another value", csv(PEOPLE.map(([to, , code]) => [to, "Eve", code])), []],
    ["another text", csv(PEOPLE), ["--body", "Hello ${name}!"]],
    ["another sender", csv(PEOPLE), ["--from", "Other"]],
    ["other people", csv([NEW]), []],
  ])("is another one with %s", async (_, again, flags) => {
    const before = await jobs();
    const { exitCode, errors } = await send(again, ...flags, "--no-wait");
    expect([exitCode, errors(), await jobs()]).toEqual([0, "", before + 1]);
  });

  it("is sent again where it was longer ago than is asked for", async () => {
    const sentAt = Date.now();
    await eventually(() => Date.now() - sentAt > 1_000, "a second");
    const { exitCode, errors } = await send(csv(PEOPLE.toReversed()), "--within", "1s", "--no-wait");
    expect([exitCode, errors()]).toEqual([0, ""]);
  });
});

describe("a file of several regions", () => {
  beforeEach(async () => {
    stage = await setUpStage({ regions: ["us", "eu"], hadWorkers: true });
  });

  afterEach(async () => stage.close());

  const american = ["+12015550123", "Em", "us"];
  const european = PEOPLE.map(([to, name]) => [to, name, "eu"]);
  const heading = { heading: "number,name,region" };

  it("is not half sent where people of one of them got the text", async () => {
    await send(csv(PEOPLE), "--no-wait");
    const file = csv([american, ...european], heading);
    const { exitCode, errors } = await send(file, "--no-wait");
    expect(errors()).toMatch(/^3 of these 4 were enqueued for this text a moment ago: .+ --only-new to the other one/);
    expect([exitCode, await jobs("us"), await jobs()]).toEqual([1, 0, 1]);

    const onlyNew = await send(file, "--only-new", "--no-wait");
    expect(onlyNew.output()).toMatch(/^us-\w+: 1 recipient in us enqueued\n/);
    expect(onlyNew.output()).toMatch(/^eu: nobody is new, and nothing is sent\n$/m);
    expect([onlyNew.exitCode, await jobs("us"), await jobs()]).toEqual([0, 1, 1]);
  });

  it("is the same one when it comes again, and is finished where it was cut off between two of them", async () => {
    const file = join(folder, "two regions.csv");
    await writeFile(file, csv([american, ...european], heading));
    const sendIt = async (): Promise<string> => (await volley("send", file, ...TEXT, "--no-wait")).output();
    const first = await sendIt();
    expect((await sendIt()).match(/(?:was|were) enqueued before, nothing is sent again \(--again/g)).toHaveLength(2);
    const [eu = ""] = /^eu-\w+/m.exec(first) ?? [];
    // As if it had died before the second one.
    await stage.queue("eu").remove(eu);
    await stage.redis.del(await stage.redis.keys(`${stage.prefix}:keys:eu*`));
    const last = await sendIt();
    expect(last).toMatch(/^us-\w+: 1 recipient in us was enqueued before/);
    expect(last).toMatch(/^eu-\w+: 3 recipients in eu enqueued$/m);
  });
});

describe("what a person answers", () => {
  beforeEach(async () => {
    stage = await setUpStage({ regions: ["us", "eu"], hadWorkers: true });
  });

  afterEach(async () => stage.close());

  it("is that the others get it, or all of them once more, and what came of it is told", async () => {
    await stage.startWorker();
    const wrong = csv([...PEOPLE, ["0701234570", ...NEW.slice(1)]]);
    const first = await send(wrong);
    expect(first.output()).toContain("1 line without an international number: 5\n");
    const mended = csv([...PEOPLE, NEW]);
    const asked = await send(mended);
    expect(asked.errors()).toMatch(/^3 of these 4 got this text a moment ago: --again .+, --only-new to the other one/);
    expect(timesTexted()).toEqual([1, 1, 1, 0]);

    const onlyNew = await send(mended, "--only-new");
    expect(onlyNew.exitCode).toBe(0);
    expect(onlyNew.output()).toContain(": 1 recipient in eu enqueued, 3 left out who got this text a moment ago\n");
    expect(onlyNew.output()).toContain("  4 requested = 1 accepted + 3 duplicate\n");
    expect(timesTexted()).toEqual([1, 1, 1, 1]);

    const nobody = await send(mended, "--only-new");
    expect([nobody.exitCode, nobody.output()]).toEqual([0, "eu: nobody is new, and nothing is sent\n"]);

    const again = await send(mended, "--again");
    expect(again.exitCode).toBe(0);
    expect(again.output()).toContain(": 4 recipients in eu enqueued, 4 once more who got this text a moment ago\n");
    expect(timesTexted()).toEqual([2, 2, 2, 2]);
  });

  it("cannot be both, and a time that is none is refused", async () => {
    const both = await send(csv(PEOPLE), "--again", "--only-new");
    expect(both.errors()).toContain("'--again' cannot be used with option '--only-new'");
    const within = await send(csv(PEOPLE), "--within", "yesterday");
    expect(within.errors()).toMatch(/^--within: expected a time such as 30m, 2h or 7d/);
    expect([both.exitCode, within.exitCode, await jobs()]).toEqual([1, 1, 0]);
  });
});

describe("people whom a send did not reach", () => {
  const text = { from: "Volley", body: "The doors open at seven." };
  let producer: Producer;
  let calls = 0;

  beforeEach(async () => {
    stage = await setUpStage({ regions: ["us", "eu"], hadWorkers: true });
    producer = createProducer({ redis: stage.redisUrl, prefix: stage.prefix });
    await stage.startWorker();
  });

  afterEach(async () => {
    await producer.close();
    await stage.close();
  });

  async function enqueue(given: SendToMany, ifFound: "refuse" | "skip" = "refuse"): Promise<Enqueued> {
    return producer.enqueue(given, { region: "eu", idempotencyKey: `call ${(calls += 1)}`, duplicates: { ifFound } });
  }

  async function settled(id: string): Promise<SendStatus> {
    return eventually(async () => {
      const status = await producer.status(id);
      return status?.state === "settled" ? status : null;
    }, `the result of ${id}`);
  }

  /** Sends while the provider rejects one of the recipients. */
  async function sendWithout(recipient: string, to: readonly string[]): Promise<Enqueued> {
    const body = { code: "syntax_constraint_violation", text: "no" };
    const action = { kind: "status", status: 400, body } as const;
    const fault = stage.emulator.faults.add({ times: null, match: { recipient }, action });
    const enqueued = await enqueue({ ...text, to });
    const status = await settled(enqueued.id);
    expect(status).toMatchObject({ result: { recipients: { accepted: to.length - 1, rejected: 1 } } });
    stage.emulator.faults.remove(fault);
    return enqueued;
  }

  it.each([3, 2_500])("may be texted by another one, where it was canceled, all %i of them", async (count) => {
    const later = { ...text, to: people(0, count), send_at: new Date(Date.now() + 60 * 60 * 1_000).toISOString() };
    const first = await enqueue(later);
    await expect(enqueue({ ...text, to: people(0, count) })).rejects.toMatchObject({ found: count, accepted: 0 });
    expect(await producer.cancel(first.id)).toMatchObject({ stopped: count });
    await settled(first.id);
    const again = await enqueue({ ...text, to: people(0, count) });
    expect(again).not.toHaveProperty("duplicates");
    expect(await settled(again.id)).toMatchObject({ result: { recipients: { accepted: count } } });
    await expect(enqueue({ ...text, to: people(0, count) })).rejects.toMatchObject({ found: count, accepted: count });
  });

  it.each([3, 2_500])("are the only ones who are new, where the provider has rejected one of %i", async (count) => {
    const to = people(0, count);
    await sendWithout(to[count - 2] ?? "", to);
    const rest = await enqueue({ ...text, to: to.toReversed() }, "skip");
    expect(rest).toMatchObject({
      recipients: { requested: count, valid: 1, duplicate: count - 1 },
      duplicates: { found: count - 1, total: count, accepted: count - 1 },
    });
    expect(await settled(rest.id)).toMatchObject({ result: { recipients: { accepted: 1, duplicate: count - 1 } } });
    for (const number of to) expect(stage.emulator.timesTexted(number)).toBe(1);
  });

  it.each([3, 1_500])("count once they were sent to again, among %i", async (count) => {
    const to = people(0, count);
    const first = await sendWithout(to[count - 1] ?? "", to);
    const linked = await producer.retry(first.id);
    await settled(linked.id);
    await expect(enqueue({ ...text, to })).rejects.toMatchObject({ found: count, accepted: count });
    for (const number of to) expect(stage.emulator.timesTexted(number)).toBe(1);
  });
});
