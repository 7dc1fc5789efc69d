import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { runVolley } from "./stage/cli-process.ts";
import { setUpStage, type Stage } from "./stage/stage.ts";

const PEOPLE = "number,name,region\n+46 70 123 45 67,Ann,eu\n+12015550123,Bo,us\n0701234567,Dag,eu\n";

const MESSAGE = ["--from", "Volley", "--body", "Hi ${name}!", "--json"];

let stage: Stage;
/** Where what comes in is kept meanwhile. */
let folder: string;

beforeAll(async () => {
  stage = await setUpStage({ regions: ["us", "eu"], hadWorkers: true });
  folder = await mkdtemp(join(tmpdir(), "volley-for-programs-"));
});

afterAll(async () => {
  await stage?.close();
  await rm(folder, { recursive: true, force: true });
});

/** What stands on standard output, as JSON, and each line beside it. */
async function read(words: readonly string[], input = ""): Promise<unknown> {
  const environment = { REDIS_URL: stage.redisUrl, VOLLEY_PREFIX: stage.prefix, TMPDIR: folder };
  const process = runVolley(words, environment, input);
  const code = await process.ended();
  const beside = process.errors().split("\n").slice(0, -1);
  const output = process.answer();
  return { code, output: output === "" ? null : JSON.parse(output), beside: beside.map((line) => JSON.parse(line)) };
}

it("sends what comes in at standard input, and everything is JSON: the answer, and what is said beside it", async () => {
  const recipients = { requested: 2, valid: 1, rejected: 1 };
  expect(await read(["send", "-", ...MESSAGE, "--no-wait"], PEOPLE)).toMatchObject({
    code: 0,
    output: {
      sends: [
        { region: "eu", recipients, status: null },
        { region: "us", status: null },
      ],
    },
    beside: [{ message: "1 line without an international number: 4" }, {}, {}],
  });
  await stage.startWorker();
  const settled = { alreadyEnqueued: true, status: { state: "settled", result: { state: "accepted" } } };
  expect(await read(["send", "-", ...MESSAGE], PEOPLE)).toMatchObject({
    code: 0,
    output: { sends: [settled, settled] },
  });
  expect(await read(["check", "-", ...MESSAGE], PEOPLE)).toMatchObject({
    code: 2,
    output: { file: "-", checks: [{ region: "eu" }, { region: "us" }] },
    beside: [{ error: { code: "VOLLEY_CLI", message: "1 recipient would be rejected", exit_code: 2 } }],
  });
  expect(await read(["suppress", "import", "-", "--json"], "number\n+46701234599\n")).toEqual({
    code: 0,
    output: { added: 1, known: 0, wrong: 0, lines: [] },
    beside: [],
  });
  expect(await readdir(folder)).toEqual([]);
});

/** What comes where nothing is answered. */
function refused(error: object): object {
  return { code: 1, output: null, beside: [{ error: { exit_code: 1, ...error } }] };
}

it("tells errors of a file, a command, a send and the command line itself as JSON", async () => {
  const results = await Promise.all([
    read(["send", "-", ...MESSAGE], 'number,name\n+46701234567,"Ann'),
    read(["status", "eu-00000000000000000000", "--json"]),
    read(["send", "-", "--from", "", "--body", "Hi", "--json"], PEOPLE),
    read(["list", "--jsn", "--json"]),
  ]);
  expect(results).toMatchObject([
    refused({ message: "line 2 of standard input: a quote is opened and never closed" }),
    refused({ code: "VOLLEY_CLI" }),
    refused({ code: "VOLLEY_INVALID_SEND", problems: [{ field: "from" }] }),
    refused({ message: expect.stringMatching(/^unknown option '--jsn'/) }),
  ]);
  expect(await readdir(folder)).toEqual([]);
});
