import { execFile, execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { type CliProcess, runVolley } from "./stage/cli-process.ts";
import { keysOf, setUpStage, type Stage } from "./stage/stage.ts";

/** More than one job could hold. */
const LINES = 120_000;

describe("a CSV file of any size", () => {
  let stage: Stage;
  let folder: string;
  let file: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "volley-large-file-"));
    file = join(folder, "people.csv");
    const lines = Array.from({ length: LINES }, (_, index) => `+46 70 ${1_000_000 + index},Person ${index}`);
    // The first one once more, written otherwise, and one that is no number, far from everybody else.
    await writeFile(file, `number,name\n${lines.join("\n")}\n0046701000000,Other\n123,Nobody\n`);
  });

  beforeEach(async () => {
    stage = await setUpStage({ regions: ["eu"], hadWorkers: true });
  });

  afterEach(async () => stage.close());

  afterAll(async () => rm(folder, { recursive: true, force: true }));

  /** `true` has ended, as `head` does after its line, before there is anything to read. */
  async function exportToNobody(id: string): Promise<string> {
    const script = '{ "$@"; echo "exit code $?" >&2; } | true';
    const program = fileURLToPath(new URL("../apps/cli/dist/main.js", import.meta.url));
    const { stderr } = await promisify(execFile)("sh", ["-c", script, "sh", process.execPath, program, "export", id], {
      env: { PATH: process.env["PATH"], REDIS_URL: stage.redisUrl, VOLLEY_PREFIX: stage.prefix },
    });
    return stderr;
  }

  it("is read page by page and sent, each line once with its own text, and exported as far as somebody reads", async () => {
    await stage.startWorker();
    const message = ["--from", "Volley", "--body", "Hi ${name}!", "--region", "eu"];
    const volley = runVolley(["send", file, ...message], {
      REDIS_URL: stage.redisUrl,
      VOLLEY_PREFIX: stage.prefix,
    });
    expect(await volley.ended()).toBe(0);
    expect(volley.output()).toContain("120,000 recipients in eu enqueued, 1 duplicate, 1 rejected");
    expect(stage.emulator.batches().reduce((sum, { to }) => sum + to.length, 0)).toBe(LINES);
    expect(stage.emulator.textsTo("46701000000")).toEqual(["Hi Person 0!"]);
    expect(stage.emulator.textsTo("46701119999")).toEqual(["Hi Person 119999!"]);
    const [id = ""] = /^eu-\w+/m.exec(volley.output()) ?? [];
    expect(await exportToNobody(id)).toBe("the output was closed before everything was written\nexit code 1\n");
  });
});

describe("a CSV file of several regions, of which one is refused", () => {
  let stage: Stage;
  let folder: string;

  const US = Array.from({ length: 3 }, (_, index) => `+1201555010${index},Ann,us`);
  const EU = Array.from({ length: 10_005 }, (_, index) => `+46 70 ${1_000_000 + index},Bo,eu`);

  /** As many as are kept in memory. */
  const BAD = Array.from({ length: 10_000 }, (_, index) => `070${index},Bo,eu`);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "volley-several-regions-"));
  });

  beforeEach(async () => {
    stage = await setUpStage({ regions: ["us", "eu"], hadWorkers: true });
  });

  afterEach(async () => stage.close());

  afterAll(async () => rm(folder, { recursive: true, force: true }));

  async function send(
    lines: readonly string[],
    environment: Readonly<Record<string, string>> = {},
    flags: readonly string[] = [],
  ): Promise<CliProcess & { readonly exitCode: number | null }> {
    const file = join(folder, "people.csv");
    await writeFile(file, `number,name,region\n${lines.join("\n")}\n`);
    const volley = runVolley(["send", file, "--from", "Volley", "--body", "Hi ${name}!", "--no-wait", ...flags], {
      REDIS_URL: stage.redisUrl,
      VOLLEY_PREFIX: stage.prefix,
      ...environment,
    });
    return { ...volley, exitCode: await volley.ended() };
  }

  it("is not half sent for a value that is too long, far down among the people of the last region", async () => {
    const lines = [...US, ...EU, `+46 70 9999999,${"x".repeat(1_601)},eu`];
    const { exitCode, output, errors } = await send(lines);
    expect(exitCode).toBe(1);
    expect(output()).toBe(errors());
    expect(errors()).toMatch(/^send refused \(VOLLEY_INVALID_SEND\):\n {2}eu: line 10,010, parameters.+\n$/);
    expect(await keysOf(stage)).toEqual([]);
  });

  it("is named by its line where it is the only region", async () => {
    const { exitCode, output, errors } = await send([...EU, `+46 70 9999999,${"x".repeat(1_601)},eu`]);
    expect(exitCode).toBe(1);
    expect(output()).toBe(errors());
    expect(errors()).toMatch(/^send refused \(VOLLEY_INVALID_SEND\):\n {2}eu: line 10,007, parameters.+\n$/);
    expect(await keysOf(stage)).toEqual([]);
  });

  it("is named by its line where it is a short one, beside what is wrong with the message", async () => {
    const lines = [...US, "", "070,Dag,us", `+12015550199,${"x".repeat(1_601)},us`];
    const { exitCode, errors } = await send(lines, {}, ["--from", "much too long a sender"]);
    expect(exitCode).toBe(1);
    expect(errors().trim().split("\n")).toEqual([
      "send refused (VOLLEY_INVALID_SEND):",
      expect.stringMatching(/^ {2}from: expected /),
      expect.stringMatching(/^ {2}us: line 7, parameters\.name.*: expected at most 1,600 characters/),
    ]);
    expect(await keysOf(stage)).toEqual([]);
  });

  it("is not half sent where nobody in the region auto has a route", async () => {
    const routes = join(folder, "routes.json");
    await writeFile(routes, JSON.stringify({ prefixes: { 1: "us" } }));
    const environment = { VOLLEY_ROUTES_FILE: routes };
    const refused = await send([...US, "+46701234567,Bo,auto"], environment);
    expect(refused.exitCode).toBe(1);
    expect(refused.errors()).toMatch(/^ {2}auto: line 5: expected a recipient with a route, .+$/m);
    expect(await keysOf(stage)).toEqual([]);
    const good = await send([...US, "+46701234567,Bo,auto", "+12015550199,Bo,auto"], environment);
    expect(good.output()).toContain("1 recipient in auto enqueued, 1 rejected");
  });

  it.each([
    ["alone", []],
    ["with another region", US],
  ])("is sent where only the first ten thousand of a region are no numbers, %s", async (_, others) => {
    const { exitCode, output } = await send([...others, ...BAD, "+46701234567,Bo,eu"]);
    expect(exitCode).toBe(0);
    expect(output()).toContain(": 1 recipient in eu enqueued, 10,000 rejected\n");
  });

  it("is refused with the same words where a region has nobody, however many lines it has", async () => {
    const sentence = /^ {2}eu: .+: (expected an international number.+)$/m;
    const small = sentence.exec((await send([...US, ...BAD.slice(0, 1)])).errors())?.[1];
    const large = sentence.exec((await send([...US, ...BAD, ...BAD.slice(0, 1)])).errors())?.[1];
    expect(small).toBeDefined();
    expect(large).toBe(small);
    expect(await keysOf(stage)).toEqual([]);
  });
});

describe("a list in a pipe", () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "volley-pipe-"));
  });

  afterAll(async () => rm(folder, { recursive: true, force: true }));

  it.each(["send", "check"])("is refused by volley %s at once, also while nobody writes to it", async (command) => {
    const pipe = join(folder, `${command}.csv`);
    execFileSync("sh", ["-c", 'mkfifo "$0"', pipe]);
    // No Redis listens there: nothing can be enqueued.
    const volley = runVolley([command, pipe, "--from", "Volley", "--body", "Hello", "--region", "eu"], {
      REDIS_URL: "redis://127.0.0.1:1",
    });
    expect(await volley.ended()).toBe(1);
    const sentence = `${pipe}: expected a file, got a pipe; it is read more than once, so save it first\n`;
    expect(volley.output()).toBe(sentence);
  });
});
