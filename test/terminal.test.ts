import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { runVolley } from "./stage/cli-process.ts";
import { setUpStage, type Stage } from "./stage/stage.ts";
import { isInOrder, openTerminal, screenOf, type Terminal } from "./stage/terminal.ts";

const SEND = ["--from", "Volley", "--body", "Hi ${name}!", "--region", "eu"];

const NUMBER = "+46701234567";

const ID = /eu-[0-9a-z]{20}/;

/** An ID that nothing has. */
const NOBODY = "eu-00000000000000000000";

let stage: Stage;
let folder: string;
/** People of whom everybody is fine, and some of whom one is not. */
let good: string;
let bad: string;
/** What sending to the good ones has shown, and its ID. */
let sent: Shown;
let ended = "";

/** What a command has come to: its exit code, what is left on the screen, and everything it wrote there. */
type Shown = { readonly exitCode: number; readonly screen: string; readonly raw: string };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "volley-terminal-"));
  good = join(folder, "good.csv");
  bad = join(folder, "bad.csv");
  await writeFile(good, `number,name\n${NUMBER},Ann\n+46701234568,Bo\n`);
  await writeFile(bad, `number,name\n${NUMBER},Ann\n0701234568,Bo\n`);
  stage = await setUpStage({ regions: ["eu"], hadWorkers: true });
  await stage.startWorker();
  sent = await shown("send", good, ...SEND);
  ended = ID.exec(sent.screen)?.[0] ?? "";
});

afterAll(async () => {
  await stage?.close();
  await rm(folder, { recursive: true, force: true });
});

function open(...volleyArguments: string[]): Terminal {
  return openTerminal(volleyArguments, { REDIS_URL: stage.redisUrl, VOLLEY_PREFIX: stage.prefix });
}

async function endOf(terminal: Terminal): Promise<Shown> {
  const exitCode = await terminal.ended();
  const raw = terminal.raw();
  return { exitCode, raw, screen: screenOf(raw).join("\n") };
}

async function shown(...volleyArguments: string[]): Promise<Shown> {
  return endOf(open(...volleyArguments));
}

/** Every command that ends by itself, with what it ends with and shows. `$ID` is a send that has ended. */
const COMMANDS: readonly (readonly [string, number, RegExp])[] = [
  ["--version", 0, /^\d+\.\d+\.\d+$/m],
  ["--help", 0, /^Exit codes: /m],
  ["help suppress add", 0, /^Usage: volley suppress add /m],
  ["sned", 1, /Did you mean send\?/],
  ["send $BAD --from Volley --body Hi --region eu --no-wait", 0, /: 1 recipient in eu enqueued, 1 rejected$/m],
  ["send /nowhere.csv --from Volley --body Hi --region eu", 1, /^\/nowhere\.csv cannot be opened: no such file/m],
  ["check $GOOD --from Volley --body Hi --region eu", 0, /2 recipients/],
  ["check $BAD --from Volley --body Hi --region eu", 2, /^1 recipient would be rejected$/m],
  ["list", 0, /^ENQUEUED +ID +STATE/m],
  ["status $ID", 0, /^ {2}2 requested = 2 accepted$/m],
  [`status ${NOBODY}`, 1, /there is no such send/],
  ["watch $ID", 0, /^eu-\w+: accepted in eu$/m],
  [`watch ${NOBODY}`, 1, /there is no such send/],
  ["explain $ID", 0, /^eu-\w+: /m],
  ["export $ID", 0, /^part,batch_id/m],
  ["deliveries $ID", 0, /^recipient,batch_id/m],
  ["inbox", 0, /^0 messages$/m],
  ["events list", 0, /send\.settled/],
  ["cancel $ID", 0, /0 recipients stopped, 2 recipients too late/],
  ["retry $ID", 1, /VOLLEY_/],
  ["resolve $ID --sent", 1, /VOLLEY_/],
  [`suppress add ${NUMBER}`, 0, /^1 number added/m],
  [`suppress check ${NUMBER}`, 0, /^all: operator/m],
  [`suppress remove ${NUMBER}`, 0, /^1 number removed/m],
  ["suppress export", 0, /^0 entries$/m],
  ["suppress maybe list", 0, /^0 numbers held$/m],
  ["region show eu", 0, /^ {2}concurrency /m],
  ["region pause nowhere", 1, /no worker has ever worked/],
  ["webhook list", 0, /^there is no endpoint$/m],
  ["key create --name shop --scopes sends:read", 0, /^vk_\w+$/m],
  ["key list", 0, /^ {2}last used +never$/m],
  ["doctor", 0, /^ok +redis version: /m],
  ["completion bash", 0, /^complete .* volley$/m],
];

describe("in a terminal of 24 lines and 80 columns", () => {
  it.each(COMMANDS)("volley %s ends with %i, says so, and leaves the terminal in order", async (line, code, said) => {
    const words = line.split(" ").map((word) => word.replace("$ID", ended).replace("$GOOD", good).replace("$BAD", bad));
    const { exitCode, screen, raw } = await shown(...words);
    expect([exitCode, screen]).toEqual([code, expect.stringMatching(said)]);
    expect(isInOrder(raw)).toBe(true);
  });

  it("volley send hides the cursor for its bar, and shows it again", () => {
    const { exitCode, screen, raw } = sent;
    expect([exitCode, screen]).toEqual([0, expect.stringMatching(/^done$/m)]);
    expect([raw.includes("\u001B[?25l"), isInOrder(raw)]).toEqual([true, true]);
  });

  it("has colours where the terminal has them, and no NO_COLOR; a pipe only with FORCE_COLOR", async () => {
    const [id, variables] = [ended, { REDIS_URL: stage.redisUrl, VOLLEY_PREFIX: stage.prefix }];
    const accepted = "\u001B[32maccepted\u001B[39m";
    const inTerminals = await Promise.all(
      [{}, { NO_COLOR: "1" }, { TERM: "dumb" }].map(async (more) =>
        endOf(openTerminal(["status", id], { ...variables, ...more })),
      ),
    );
    expect(inTerminals.map(({ raw }) => raw.includes(accepted))).toEqual([true, false, false]);
    expect(inTerminals.slice(1).some(({ raw }) => raw.includes("\u001B"))).toBe(false);
    const inPipes = [{}, { FORCE_COLOR: "1" }].map((more) => runVolley(["status", id], { ...variables, ...more }));
    expect(await Promise.all(inPipes.map((pipe) => pipe.ended()))).toEqual([0, 0]);
    expect(inPipes.map((pipe) => pipe.output().includes(accepted))).toEqual([false, true]);
  });

  it("asks before somebody is forgotten, and takes nothing but a yes for one", async () => {
    for (const [answer, exitCode, sentence] of [
      ["no", 1, /^nothing is removed$/m],
      ["yes", 0, /^removed:$/m],
    ] as const) {
      const terminal = open("forget", "+46701234568");
      await terminal.printed(/Type yes: /);
      terminal.type(`${answer}\r`);
      const { screen, ...end } = await endOf(terminal);
      expect([end.exitCode, screen]).toEqual([exitCode, expect.stringMatching(sentence)]);
    }
  });

  it("gives Ctrl+C the end that the table says, and the cursor back", async () => {
    const scheduled = ["--send-at", "2100-01-01T00:00:00Z", "--expire-at", "2100-01-01T01:00:00Z"];
    const send = open("send", good, ...SEND, "--again", ...scheduled);
    const [id = ""] = await send.printed(ID);
    await send.printed(/scheduled for .*\r\n/);
    const [watch, tail] = [open("watch", id), open("events", "tail", "--since", "1h")];
    await watch.printed(/scheduled for /);
    await tail.printed(/send\.settled/);
    const all = [send, watch, tail];
    for (const terminal of all) terminal.type("\u0003");
    const ends = await Promise.all(all.map(endOf));
    expect(ends.map(({ exitCode }) => exitCode)).toEqual([130, 130, 0]);
    expect(ends.map(({ raw }) => isInOrder(raw))).toEqual([true, true, true]);
    expect(ends[1]?.screen).toContain("interrupted");
  });
});
