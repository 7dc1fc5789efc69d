import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { type CliProcess, runVolley } from "./stage/cli-process.ts";
import { keysOf, setUpStage, type Stage } from "./stage/stage.ts";

const PEOPLE = "number,name,region\n+46 70 123 45 67,Ann,eu\n+12015550123,Bo,us\n0046701234568,Chioma,eu\n";

const SEND = ["--from", "Volley", "--body", "Hi ${name}!"];

let stage: Stage;
let folder: string;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "volley-wrong-file-"));
  file = join(folder, "people.csv");
});

beforeEach(async () => {
  stage = await setUpStage({ regions: ["us", "eu"], hadWorkers: true });
});

afterEach(async () => stage.close());

afterAll(async () => rm(folder, { recursive: true, force: true }));

function volley(...volleyArguments: string[]): CliProcess {
  return runVolley(volleyArguments, { REDIS_URL: stage.redisUrl, VOLLEY_PREFIX: stage.prefix });
}

async function send(content: string, ...flags: string[]): Promise<CliProcess & { readonly exitCode: number | null }> {
  await writeFile(file, content);
  const process = volley("send", file, ...flags);
  return { ...process, exitCode: await process.ended() };
}

describe("a file or a message that is wrong", () => {
  it.each([
    ["a quote that is not closed", `${PEOPLE}"+46701234569,Dag,eu\n`, "a quote is opened and never closed", "line 5"],
    ["no column of numbers", "name\nAnn\n", "expected a column named number, phone", "got name"],
    ["no column for a placeholder", "number,region\n+46701234569,eu\n", "expected a column named name for", ""],
    ["no region", "number,name\n+46701234569,Ann\n", "line 2: expected a region column or --region, got neither", ""],
    [
      "a region that is none",
      `${PEOPLE}+46701234569,Dag,Sweden\n`,
      "line 5: expected the name of a region",
      "6 characters",
    ],
  ])("is one sentence and exit code 1, and nothing is enqueued: %s", async (_what, content, sentence, detail) => {
    const { exitCode, output, errors } = await send(content, ...SEND);
    expect(exitCode).toBe(1);
    expect(output()).toBe(errors());
    expect(errors()).toMatch(/^[^\n]+\n$/);
    expect(errors()).toContain(sentence);
    expect(errors()).toContain(detail);
    expect(errors()).not.toMatch(/\d{7}/);
    expect(await keysOf(stage)).toEqual([]);
  });

  it("is one sentence for a file that is not there", async () => {
    const process = volley("send", join(folder, "no-such.csv"), ...SEND);
    expect(await process.ended()).toBe(1);
    expect(process.errors()).toBe(`${join(folder, "no-such.csv")} cannot be opened: no such file or directory\n`);
  });

  it("costs nobody but the line: too few cells, too many, a number that a spreadsheet has shortened", async () => {
    const broken = "+46701234569,Dag\n+46701234570,Berg, Eva,eu\n4.67012E+10,Farid,eu\n";
    const { exitCode, output } = await send(`sep=,\n${PEOPLE}${broken}`, ...SEND, "--no-wait");
    expect(exitCode).toBe(0);
    expect(output()).toContain("1 line without an international number: 8\n");
    expect(output()).toContain(
      "1 line with fewer cells than are needed: 6\n1 line with more cells than the heading: 7\n",
    );
    const [job] = await stage.queue("eu").getWaiting();
    expect(job?.data).toMatchObject({ parameters: { name: { 46701234567: "Ann", 46701234568: "Chioma" } } });
  });

  it("is no guess: where two columns may hold the numbers both are named, and one is chosen by name", async () => {
    const invoices = "Number;Name;Mobile\n20261234;Ann;+46701234567\n";
    const message = ["--from", "Volley", "--body", "Hi ${Name}!", "--region", "eu", "--no-wait"];
    const refused = await send(invoices, ...message);
    expect(refused.exitCode).toBe(1);
    expect(refused.errors()).toBe(
      "line 1: Number and Mobile may each hold the numbers: name one with --number-column, or rename the others\n",
    );
    expect(await keysOf(stage)).toEqual([]);
    expect((await send(invoices, ...message, "--column", "Mobile")).exitCode).toBe(0);
    const [job] = await stage.queue("eu").getWaiting();
    expect(job?.data).toMatchObject({ to: ["+46701234567"] });
  });

  it("is every problem at once, and nothing is enqueued, in no region", async () => {
    const flags = ["--from", "much too long a sender", "--body", "Hi ${name}!", "--send-at", "tomorrow"];
    const { exitCode, errors } = await send(PEOPLE, ...flags, "--delivery-report", "all", "--callback-url", "no");
    expect(exitCode).toBe(1);
    expect(errors().trim().split("\n")).toEqual([
      "send refused (VOLLEY_INVALID_SEND):",
      expect.stringMatching(/^ {2}from: expected /),
      expect.stringMatching(/^ {2}send_at: expected /),
      expect.stringMatching(/^ {2}delivery_report: expected /),
      expect.stringMatching(/^ {2}callback_url: expected /),
    ]);
    expect(await keysOf(stage)).toEqual([]);
  });

  it.each([
    ["all", "--retry-codes: expected temporary, or codes such as 201,404, got something else"],
    ["201,,404", "--retry-codes: expected temporary, or codes such as 201,404, got something else"],
    ["temporary", 'delivery_report: expected "full" or "per_recipient" or "per_recipient_final" beside retry_codes'],
    ["0", "retry_codes"],
  ])(
    "is refused with --retry-codes %s where that names no codes, or nobody is reported by name",
    async (codes, why) => {
      const { exitCode, errors } = await send(PEOPLE, ...SEND, "--retry-codes", codes);
      expect(exitCode).toBe(1);
      expect(errors()).toContain(why);
      expect(await keysOf(stage)).toEqual([]);
    },
  );

  it("is refused for its reason alone, and not for a line that would be left out", async () => {
    const { exitCode, errors } = await send(`${PEOPLE}070,Dag,eu\n`, ...SEND, "--send-at", "tomorrow");
    expect(exitCode).toBe(1);
    expect(errors()).toMatch(/^send refused \(VOLLEY_INVALID_SEND\):\n {2}send_at: expected [^\n]+\n$/);
  });

  it("is not half sent when its key was used for another content in one of its regions", async () => {
    const flags = [...SEND, "--no-wait", "--key", "spring"];
    expect((await send("number,name,region\n+12015550123,Bo,us\n", ...flags)).exitCode).toBe(0);
    const { exitCode, errors } = await send(PEOPLE.replace("Bo", "Bob"), ...flags);
    expect(exitCode).toBe(1);
    expect(errors()).toContain("VOLLEY_IDEMPOTENCY_CONFLICT");
    expect(await stage.queue("eu").getJobCountByTypes()).toBe(0);
    expect((await send(PEOPLE, ...flags)).exitCode).toBe(0);
    expect(await stage.queue("eu").getJobCountByTypes()).toBe(1);
  });

  it("is not half sent when only one region has nobody to send to", async () => {
    const { exitCode, errors } = await send(`${PEOPLE}070,Dag,br\n`, ...SEND);
    expect(exitCode).toBe(1);
    expect(errors().split("\n")).toEqual([
      "send refused (VOLLEY_INVALID_SEND):",
      "  br: expected somebody who can be texted, got nobody",
      expect.stringMatching(/^ {2}br: line 5: expected an international number/),
      "",
    ]);
    expect(await keysOf(stage)).toEqual([]);
  });
});

describe("an environment that is wrong", () => {
  it.each([["--help"], ["send", "--help"], ["--version"]])(
    "does not keep volley %s from answering",
    async (...words) => {
      const process = runVolley(words, { REDIS_URL: "http://user:a-secret@redis", VOLLEY_LEAD_MS: "soon" });
      expect(await process.ended()).toBe(0);
      expect(process.output()).toMatch(/^(Usage: volley|0\.1\.0\n$)/);
    },
  );

  it("is told before anything is done", async () => {
    const process = runVolley(["status", "eu-00000000000000000000"], { VOLLEY_LEAD_MS: "soon" });
    expect(await process.ended()).toBe(1);
    expect(process.errors()).toMatch(/^VOLLEY_LEAD_MS: expected /);
  });
});
