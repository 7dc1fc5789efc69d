import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { createProducer, type DryRun, type Producer, type RecipientEntry } from "@volley/producer";
import { createSinchClient, type NewBatch, type SinchClient } from "@volley/sinch";
import fc from "fast-check";
import { type CliProcess, runVolley } from "./stage/cli-process.ts";
import { sayServed, setUpStage, type Stage } from "./stage/stage.ts";

const PEOPLE = [
  "phone,name",
  "+46 70 123 45 67,Ann",
  "0701234567,Bo",
  "",
  "+46701234568,Łukasz",
  "0046701234567,Ann again",
  "+46701234569,Chioma",
  "",
].join("\n");

const MESSAGE = ["--from", "Volley", "--body", "Hi ${name}!"];

let stage: Stage;
let producer: Producer;
let client: SinchClient;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "volley-preflight-"));
});

beforeEach(async () => {
  stage = await setUpStage({ regions: ["us", "eu"], hadWorkers: true });
  producer = createProducer({ redis: stage.redisUrl, prefix: stage.prefix });
  client = createSinchClient({ baseUrl: stage.emulator.url, servicePlanId: "eu-plan", apiToken: "eu-token" });
});

afterEach(async () => {
  client.close();
  await producer.close();
  await stage.close();
});

afterAll(async () => rm(folder, { recursive: true, force: true }));

function* pages(count: number): Generator<RecipientEntry[]> {
  for (let page = 0; page < count; page += 1) {
    yield Array.from({ length: 1_000 }, (_, index) => String(46_700_000_000 + page * 1_000 + index));
  }
}

const dryRun: DryRun = async (batch) => {
  const answer = await client.batches.dryRun(batch as unknown as NewBatch);
  if (answer.kind !== "ok") throw new Error(answer.code);
  return answer.value;
};

async function check(
  content: string,
  flags: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<CliProcess & { readonly exitCode: number | null }> {
  const file = join(await mkdtemp(join(folder, "file-")), "people.csv");
  await writeFile(file, content);
  const process = runVolley(["check", file, ...flags], environment);
  return { ...process, exitCode: await process.ended() };
}

describe("producer.check and the provider's own dry run", () => {
  it("agree at every boundary of a segment", async () => {
    const texts = [
      ...[0, 1, 160, 161, 306, 307, 459, 460, 1_530, 1_531].map((length) => "a".repeat(length)),
      ...[70, 71, 134, 135, 201, 202, 670, 671].map((length) => "你".repeat(length)),
      ...[80, 81, 76, 77, 152, 153].map((length) => "€".repeat(length)),
      ...[35, 36, 67].map((length) => "😀".repeat(length)),
      `${"a".repeat(152)}[${"a".repeat(152)}`,
      `${"x".repeat(66)}😀${"x".repeat(66)}`,
      "ç",
      "`",
      "\f^{}\\[~]|€",
    ];
    const to = texts.map((text, index) => ({ to: String(46_701_000_000 + index), parameters: { text } }));
    const { dryRun: compared, segments } = await producer.check({ from: "Volley", to, body: "${text}" }, { dryRun });
    expect(compared).toMatchObject({ batches: 1, agrees: true, theirs: { recipients: texts.length } });
    expect(segments?.total).toBe(compared?.theirs.segments);
  });

  it("agree on any texts and any values", async () => {
    const text = fc.string({ unit: fc.constantFrom("a", "é", "€", "[", "’", "你", "😀"), maxLength: 200 });
    const people = fc.array(fc.option(text), { minLength: 1, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(people, text, async (values, fallback) => {
        const to = values.map((name, index): RecipientEntry => {
          const number = String(46_701_000_000 + index);
          return name === null ? number : { to: number, parameters: { name } };
        });
        const send = { from: "Volley", to, body: "Hi ${name}!", parameters: { name: { default: fallback } } };
        expect((await producer.check(send, { dryRun })).dryRun).toMatchObject({ agrees: true });
      }),
      { numRuns: 25 },
    );
  });

  it("agree on a long list, a thousand at a time, and nothing is sent or queued", async () => {
    const report = await producer.check({ from: "Volley", to: pages(20), body: "a".repeat(161) }, { dryRun });
    expect(report).toMatchObject({ isSendable: true, batches: 20, segments: { total: 40_000 } });
    expect(report.dryRun).toMatchObject({ batches: 20, agrees: true, theirs: { segments: 40_000 } });
    expect(stage.emulator.stats().batches).toBe(0);
    expect(await stage.queue("eu").getJobCounts()).toMatchObject({ waiting: 0, delayed: 0 });
  });

  it("differ over a group, whose size only the provider knows", async () => {
    const group = await client.groups.create({ name: "two", members: ["46701234567", "46701234568"] });
    if (group.kind !== "ok") throw new Error(group.code);
    const report = await producer.check({ from: "Volley", to: [group.value.id], body: "Hi" }, { dryRun });
    expect(report.recipients).toMatchObject({ valid: 1, groups: 1 });
    expect(report.dryRun).toMatchObject({
      agrees: false,
      ours: { recipients: 1 },
      theirs: { recipients: 2, segments: 2 },
    });
  });
});

describe("volley check", () => {
  it("says at a glance what a file would come to, and names lines instead of numbers", async () => {
    const { exitCode, output, errors } = await check(PEOPLE, [...MESSAGE, "--column", "phone", "--price", "0.045"]);
    expect(exitCode).toBe(2);
    expect(errors()).toBe("1 recipient would be rejected\n");
    expect(output()).toBe(
      [
        "3 of 5 recipients can be texted",
        "  rejected   1, no international number: line 3",
        "  duplicate  1, their first line counts: line 6",
        "  segments   3: 3 × 1 segment",
        "  encoding   2 GSM-7, 1 Unicode",
        "  unicode    Ł (U+0141) in name, first in line 5: 1 text has room for 70 characters instead of 160",
        "  longest    10 characters, 1 segment, line 5",
        "  batches    1",
        "  price      0.135 = 3 × 0.045",
        errors(),
      ].join("\n"),
    );
  });

  it("shows a region's duration, and the provider's dry run beside its own count", async () => {
    await sayServed(stage.redis, stage.prefix, ["eu"]);
    await producer.region("eu").setLimits({ rate: 2, rateUnit: "segments" });
    const people = PEOPLE.replace("0701234567", "+46701234570");
    const { exitCode, output } = await check(
      people,
      ["--from", "Volley", "--body", "Don’t wait, ${name}", "--region", "eu", "--dry-run"],
      stage.environment,
    );
    expect(output()).toContain("eu: 4 of 5 recipients can be texted\n");
    expect(output()).toContain("’ (U+2019) in the body, character 4: 4 texts have room for 70 characters");
    expect(output()).toMatch(/^ {2}duration {3}2 s at 2 segments per second; done at about .*\d\d:\d\d UTC.*, behind/m);
    expect(output()).toContain(
      "  dry run    the provider counts 4 segments for 4 recipients in 1 batch, as Volley does\n",
    );
    expect(exitCode).toBe(0);
    expect(stage.emulator.stats().batches).toBe(0);
  });

  it("tells who got the same text a while ago, as send would ask", async () => {
    const send = { from: "Volley", to: ["+46701234568"], body: "Hi!" };
    const duplicates = { ifFound: "send" } as const;
    await producer.enqueue(send, { region: "eu", idempotencyKey: "spring", duplicates });
    const flags = ["--from", "Volley", "--body", "Hi!", "--region", "eu"];
    const { output } = await check("phone\n+46701234567\n+46701234568\n", flags, stage.environment);
    expect(output()).toMatch(/^ {2}again {6}1 of 2 was enqueued for this text .*: volley send asks first/m);
  });

  it("tells by line who is on the suppression list for that region, whom no other count has", async () => {
    await producer.suppressions.add("+46701234567", { scope: { sender: "volley" } });
    await producer.suppressions.add("+46701234569", { scope: { region: "us" } });
    const flags = [...MESSAGE, "--region", "eu", "--price", "0.1"];
    const { exitCode, output } = await check(PEOPLE.replace("0701234567", "+46701234570"), flags, stage.environment);
    expect(exitCode).toBe(0);
    expect(output()).toMatch(/^eu: 3 of 5 recipients can be texted\n[^]*^ {2}suppressed 1, left out: line 2\n/m);
    expect(output()).toContain("  price      0.3 = 3 × 0.1\n");
  });

  it("looks at each region of a file, and adds them up", async () => {
    const people = "number,name,region\n+46701234567,Ann,eu\n+12015550123,Bo,us\n+12015550123,Bo,us\n";
    const { exitCode, output } = await check(people, [...MESSAGE, "--dry-run", "--price", "0.1"], stage.environment);
    expect(exitCode).toBe(0);
    expect(output()).toMatch(/^eu: 1 of 1 recipient can be texted\n[^]*^us: 1 of 2 recipients can be texted\n/m);
    expect(output()).toMatch(/\nin all: 2 recipients, 2 segments, price 0\.2\n$/);
  });

  it("does without Redis, and says that the duration is unknown then", async () => {
    const noRedis = { REDIS_URL: "redis://127.0.0.1:1" };
    const { exitCode, output } = await check("phone,name\n+46701234567,Ann\n", [...MESSAGE, "--region", "eu"], noRedis);
    expect(exitCode).toBe(0);
    expect(output()).toContain("eu: 1 of 1 recipient can be texted\n");
    expect(output()).toMatch(
      /warning: nobody knows who is on the suppression list: .* \(VOLLEY_SUPPRESSED_UNKNOWN\)$/m,
    );
    expect(output()).toMatch(/warning: nobody knows how long it takes: .* \(VOLLEY_DURATION_UNKNOWN\)\n$/);
  });

  it("gives everything to programs, with lines, and no number or text", async () => {
    const { exitCode, output, errors } = await check(PEOPLE, [...MESSAGE, "--json"]);
    expect(exitCode).toBe(2);
    const text = output().slice(0, output().length - errors().length);
    expect(JSON.parse(text)).toMatchObject({
      checks: [
        {
          region: null,
          isSendable: true,
          recipients: {
            requested: 5,
            valid: 3,
            rejectedAt: [{ index: 1, reason: "invalid_msisdn" }],
            duplicateAt: [3],
          },
          lines: { "1": 3, "3": 6, "2": 5 },
        },
      ],
    });
    expect(text).not.toMatch(/\d{7}|Chioma|Hi /);
  });

  it("ends with 1 when the message cannot be sent or checked, and says why", async () => {
    const nobody = "phone,name\nx,Ann\n";
    const cases: [readonly string[], RegExp, string?][] = [
      [["--from", "much too long a sender", "--body", "Hi"], /^ {2}problem: from: expected/m],
      [MESSAGE, /^ {2}problem: line 2: expected an international number/m, nobody],
      [["--from", "Volley", "--body", "Hi ${nick}"], /^expected a column named nick for/],
      [[...MESSAGE, "--price", "cheap"], /^--price: expected a number such as 0\.045/],
      [[...MESSAGE, "--dry-run"], /^expected --region with --dry-run/],
      [[...MESSAGE, "--dry-run", "--region", "eu"], /^VOLLEY_EU_SERVICE_PLAN_ID: /],
    ];
    const ended = await Promise.all(cases.map(async ([flags, , content = PEOPLE]) => check(content, flags)));
    expect(ended.map(({ exitCode }) => exitCode)).toEqual(cases.map(() => 1));
    for (const [index, [, sentence]] of cases.entries()) expect(ended[index]?.output()).toMatch(sentence);
  });

  it("ends with 1 when the provider refuses the dry run, and repeats no number", async () => {
    const body = { code: "syntax_constraint_violation", text: "from 46701234567 is not yours" };
    stage.emulator.faults.add({ times: null, action: { kind: "status", status: 400, body } });
    const flags = [...MESSAGE, "--dry-run", "--region", "eu"];
    const { exitCode, output, errors } = await check("phone,name\n+46701234567,Ann\n", flags, stage.environment);
    expect(exitCode).toBe(1);
    expect(output()).toContain("  dry run    failed: syntax_constraint_violation: from (number) is not yours\n");
    expect(errors()).toBe("the dry run has failed\n");
  });
});
