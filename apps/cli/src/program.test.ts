import { PassThrough } from "node:stream";
import { describe, expect, it } from "@jest/globals";
import { type Command, CommanderError } from "commander";
import { readCliConfig } from "./redis/config.ts";
import { createProgram } from "./program.ts";

/** The program, silent: what it would print is kept. */
function programOf() {
  const printed: string[] = [];
  const program = createProgram({
    config: readCliConfig({}),
    output: Object.assign(new PassThrough(), { isTTY: false }),
    signal: new AbortController().signal,
  });
  for (const command of [program, ...program.commands, ...program.commands.flatMap(({ commands }) => commands)]) {
    const keep = (text: string): void => void printed.push(text);
    command.configureOutput({ writeOut: keep, writeErr: keep });
  }
  const run = async (...words: string[]): Promise<{ exitCode: number; text: string }> => {
    const error: unknown = await program.parseAsync(words, { from: "user" }).catch((thrown: unknown) => thrown);
    if (!(error instanceof CommanderError)) throw error;
    return { exitCode: error.exitCode, text: printed.join("") };
  };
  return { run };
}

describe("volley", () => {
  it("names its commands and its exit codes when it is asked for help", async () => {
    const { exitCode, text } = await programOf().run("--help");
    expect(exitCode).toBe(0);
    for (const command of ["send", "check", "status", "export", "region", "dev", "demo"])
      expect(text).toContain(`\n  ${command} `);
    expect(text).toMatch(/Exit codes: 0 done; 1 .*; 2 [^]*; 130 /);
  });

  it.each(["send", "check", "status", "export", "region", "dev", "demo"])(
    "describes %s when it is asked for help",
    async (command) => {
      const { exitCode, text } = await programOf().run(command, "--help");
      expect(exitCode).toBe(0);
      expect(text).toMatch(new RegExp(`^Usage: volley ${command}\\b`));
    },
  );

  it("says of send alone that it knows the region auto", async () => {
    expect((await programOf().run("send", "--help")).text).toMatch(/auto:\s+by\s+number/);
    expect((await programOf().run("check", "--help")).text).toMatch(/not\s+auto/);
  });

  it("answers a program wherever it answers anything: every such command has --json", () => {
    const program = createProgram({
      config: readCliConfig({}),
      output: Object.assign(new PassThrough(), { isTTY: false }),
      signal: new AbortController().signal,
    });
    const ends = (command: Command): Command[] =>
      command.commands.length === 0 ? [command] : command.commands.flatMap(ends);
    const without = ends(program).filter(({ options }) => !options.some(({ long }) => long === "--json"));
    expect(without.map((command) => command.name())).toEqual(["dev", "demo", "completion", "help"]);
  });

  it("tells its version", async () => {
    expect(await programOf().run("--version")).toEqual({ exitCode: 0, text: "0.1.0\n" });
  });

  it("warns of a variable that nobody reads before it does anything, and never of its value", async () => {
    const messages = new PassThrough();
    const output = Object.assign(new PassThrough(), { isTTY: false });
    const config = readCliConfig({ VOLLEY_PREFX: "{hush}", VOLLEY_US_API_TOKEN: "hush" });
    const program = createProgram({ config, output, messages, signal: new AbortController().signal });
    const words = ["check", "/no/such.csv", "--from", "Volley", "--body", "Hi"];
    await expect(program.parseAsync(words, { from: "user" })).rejects.toThrow("no such file");
    expect(String(messages.read())).toBe("warning: VOLLEY_PREFX: nobody reads it, did you mean VOLLEY_PREFIX?\n");
  });

  it.each([
    [[], "Usage: volley"],
    [["sent"], "unknown command 'sent'\n(Did you mean send?)"],
    [["send", "people.csv", "--body", "Hello"], "required option '--from <sender>' not specified"],
    [["send", "--from", "Volley", "--body", "Hello"], "missing required argument 'file.csv'"],
    [["status", "eu-a", "--jsn"], "unknown option '--jsn'\n(Did you mean --json?)"],
    [["status"], "missing required argument 'id'"],
    [["send", "people.csv", "--from", "Volley", "--bdy", "Hello"], "unknown option '--bdy'\n(Did you mean --body?)"],
    [["send", "people.csv", "--from", "Volley", "--bdy=Hello"], "unknown option '--bdy'\n(Did you mean --body?)"],
    [["region", "set", "eu", "--rte=5"], "unknown option '--rte'\n(Did you mean --rate?)"],
    [["check", "people.csv", "--from", "Volley"], "required option '--body <text>' not specified"],
  ])("ends %j with 1 and a sentence", async (words, sentence) => {
    const { exitCode, text } = await programOf().run(...words);
    expect(exitCode).toBe(1);
    expect(text).toContain(sentence);
  });
});
