import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { createProducer, type Producer } from "@volley/producer";
import { eventually } from "./stage/eventually.ts";
import { type CliProcess, runVolley } from "./stage/cli-process.ts";
import { setUpStage, type Stage } from "./stage/stage.ts";

const ANN = "46701234567";
const BO = "46701234568";

let stage: Stage;
let producer: Producer;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "volley-accidents-"));
});

beforeEach(async () => {
  stage = await setUpStage({ regions: ["eu"], hadWorkers: true });
  producer = createProducer({ redis: stage.redisUrl, prefix: stage.prefix });
});

afterEach(async () => {
  await producer.close();
  await stage.close();
});

afterAll(async () => rm(folder, { recursive: true, force: true }));

async function volley(
  command: "check" | "send",
  content: string,
  body: string,
): Promise<CliProcess & { readonly exitCode: number | null }> {
  const file = join(await mkdtemp(join(folder, "file-")), "people.csv");
  await writeFile(file, content);
  const flags = ["--from", "Volley", "--body", body, "--region", "eu", ...(command === "send" ? ["--no-wait"] : [])];
  const process = runVolley([command, file, ...flags], { REDIS_URL: stage.redisUrl, VOLLEY_PREFIX: stage.prefix });
  return { ...process, exitCode: await process.ended() };
}

async function texted(...numbers: string[]): Promise<string[]> {
  await eventually(() => numbers.every((number) => stage.emulator.timesTexted(number) > 0), "the texts");
  return numbers.flatMap((number) => stage.emulator.textsTo(number));
}

describe("a name of a column in any language and of any length works in a text", () => {
  const BODY = "${förnamn}|${Vorname des Kunden}|${v1}";

  it("from the command line, a line break in the heading included", async () => {
    await stage.startWorker();
    const heading = 'number,förnamn,"Vorname des\nKunden",v1';
    const { exitCode } = await volley("send", `${heading}\n+${ANN},Ann,Anna,x\n+${BO},Bo,Bodo,y\n`, BODY);
    expect(exitCode).toBe(0);
    expect(await texted(ANN, BO)).toEqual(["Ann|Anna|x", "Bo|Bodo|y"]);
  });

  it("from the producer, in a list and in a stream, and in a plain job", async () => {
    await stage.startWorker();
    const parameters = {
      förnamn: { [ANN]: "Ann" },
      "Vorname des Kunden": { default: "Kunde" },
      v1: { default: "x" },
    };
    const send = { from: "Volley", body: BODY, parameters };
    await producer.enqueue({ ...send, to: [ANN] }, { region: "eu", idempotencyKey: "list" });
    const stream = (async function* () {
      yield { to: BO, parameters: { förnamn: "Bo" } };
    })();
    await producer.enqueue({ ...send, to: stream }, { region: "eu", idempotencyKey: "stream" });
    await stage.queue("eu").add("send", { ...send, to: [ANN], body: `again ${BODY}` });
    expect(await texted(ANN, BO)).toContain("Bo|Kunde|x");
    await eventually(() => stage.emulator.timesTexted(ANN) === 2, "both texts");
    expect(stage.emulator.textsTo(ANN).toSorted()).toEqual(["Ann|Kunde|x", "again Ann|Kunde|x"]);
  });
});

describe("an accident of a campaign", () => {
  const FILE = `number,name,förnamn\n+${ANN},Ann,Ann\n+${BO},,Bo\n+46701234569, ,{{x}}\n`;

  it("is told by check, with how many it is about and their lines", async () => {
    const { output, exitCode } = await volley("check", FILE, "Hi ${name} {{code}} ${FÖRNAMN}!");
    expect(exitCode).toBe(0);
    expect(output()).toContain("warning: 3 recipients with {{code}} in the text as it stands");
    expect(output()).toContain(
      "warning: 2 recipients with an empty value for ${name}: lines 3, 4 (VOLLEY_EMPTY_VALUE)\n",
    );
    expect(output()).toContain("in the value for ${FÖRNAMN}: line 4 (VOLLEY_OTHER_PLACEHOLDER)\n");
    expect(output()).toContain(
      "warning: ${FÖRNAMN} is taken for the column förnamn of line 1: 3 recipients with its values (VOLLEY_PLACEHOLDER_CASE)\n",
    );
  });

  it("is told by send before anything goes out", async () => {
    const { output } = await volley("send", FILE, "Hi ${Name}, %name%!");
    expect(output()).toMatch(
      /3 recipients with %name% .*\n.*2 recipients with an empty value for \$\{Name\}: lines 3, 4 .*\n.*\$\{Name\} is taken for the column name .*\n[^\n]*enqueued/,
    );
    const [job] = await stage.queue("eu").getWaiting();
    expect(job?.data).toMatchObject({ parameters: { Name: { [ANN]: "Ann", [BO]: "" } } });
  });

  it("is a number that a spreadsheet has shortened, named as such", async () => {
    const content = `number\n+${ANN}\n4.67012E+10\n"4,67012E+10"\n070123\n`;
    const checked = await volley("check", content, "Hi!");
    expect(checked.output()).toMatch(/rejected +2, shortened by a spreadsheet .*: lines 3, 4\n/);
    expect(checked.output()).toMatch(/rejected +1, no international number: line 5\n/);
    const sent = await volley("send", content, "Hi!");
    expect(sent.output()).toContain("3 lines without an international number: 3, 4, 5\n");
    expect(sent.output()).toMatch(/2 lines of them shortened by a spreadsheet .*: 3, 4\n/);
  });

  it("is no short line that has every cell that is needed", async () => {
    const content = `name,number,code,note\nAnn,+${ANN},17\nBo,+${BO}\nCleo,+46701234569,18,x\n`;
    const { output } = await volley("check", content, "${name} ${code}");
    expect(output()).toContain("2 of 3 recipients can be texted");
    expect(output()).toMatch(/rejected +1, with fewer cells than are needed: line 3\n/);
  });

  it("is no guess where two columns differ in upper and lower case alone", async () => {
    const { errors, exitCode } = await volley("check", `number,name,NAME\n+${ANN},Ann,ANN\n`, "Hi ${Name}!");
    expect(exitCode).toBe(1);
    expect(errors()).toBe("expected a column named Name for ${Name}, got name and NAME: write it as one of them\n");
  });
});
