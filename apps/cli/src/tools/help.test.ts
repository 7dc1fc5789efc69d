import { PassThrough } from "node:stream";
import { expect, it } from "@jest/globals";
import type { Command } from "commander";
import { VolleyCommand } from "../commands/volley-command.ts";
import { readCliConfig } from "../redis/config.ts";
import { createProgram } from "../program.ts";

const COLUMNS = 80;
const LINES = 24;

const program = createProgram({
  config: readCliConfig({}),
  output: Object.assign(new PassThrough(), { isTTY: false }),
  signal: new AbortController().signal,
});
const commands = withThoseBelow(program);

it.each(commands)("the help of %s fits a screen, and what it leaves out stands in all of it", (_, command) => {
  const short = helpOf(command, false);
  expect(tooWide(short)).toEqual([]);
  expect(short.trimEnd().split("\n").slice(LINES)).toEqual([]);
  const all = helpOf(command, true);
  expect(tooWide(all)).toEqual([]);
  const names = [...command.options.map(({ long }) => String(long)), ...command.commands.map((each) => each.name())];
  for (const name of names) expect([name, short.includes(name)]).toEqual([name, true]);
  for (const name of names) expect(all).toMatch(new RegExp(`\n  (?:.*, )?${name}\\b.*  +\\S`));
});

it("tells of a command below another what it is asked for, and of one that there is not that there is none", async () => {
  const printed: string[] = [];
  for (const [, command] of commands) {
    const keep = (text: string): void => void printed.push(text);
    command.configureOutput({ writeOut: keep, writeErr: keep });
  }
  await program.parseAsync(["help", "suppress", "add"], { from: "user" });
  expect(printed.join("")).toMatch(/^Usage: volley suppress add /);
  printed.length = 0;
  await program.parseAsync(["help", "send", "--all"], { from: "user" });
  expect(printed.join("")).toMatch(/\n {2}--callback-url <url> {2,}where /);
  await expect(program.parseAsync(["help", "sent"], { from: "user" })).rejects.toThrow("no such command");
});

/** Every command of the tree, with the words that a person types. */
function withThoseBelow(command: Command, before = ""): [string, Command][] {
  const words = `${before} ${command.name()}`.trim();
  return [[words, command], ...command.commands.flatMap((below) => withThoseBelow(below, words))];
}

function helpOf(command: Command, all: boolean): string {
  command.configureOutput({ getOutHelpWidth: () => COLUMNS });
  if (!(command instanceof VolleyCommand)) throw new TypeError("expected a command of Volley");
  command.tellsAll = all;
  return command.helpInformation();
}

function tooWide(text: string): string[] {
  return text.split("\n").filter((line) => line.length > COLUMNS);
}
