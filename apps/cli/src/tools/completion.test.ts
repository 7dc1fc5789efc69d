import { execFileSync } from "node:child_process";
import { PassThrough } from "node:stream";
import { describe, expect, it } from "@jest/globals";
import type { Command } from "commander";
import { readCliConfig } from "../redis/config.ts";
import { createProgram } from "../program.ts";

function completionFor(shell: string): { readonly program: Command; readonly script: string } {
  const output = Object.assign(new PassThrough(), { isTTY: false });
  const program = createProgram({ config: readCliConfig({}), output, signal: new AbortController().signal });
  program.parse(["completion", shell], { from: "user" });
  return { program, script: String(output.read()) };
}

/** What a real bash offers behind some words. */
function offered(words: readonly string[]): string[] {
  const { script } = completionFor("bash");
  const line = words.map((word) => `'${word}'`).join(" ");
  const ask = `COMP_WORDS=(${line}); COMP_CWORD=${words.length - 1}; _volley; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const out = execFileSync("bash", ["--norc", "-c", `${script}\n${ask}`], { encoding: "utf8" });
  return out.split("\n").filter((word) => word !== "");
}

describe("completion in a real bash", () => {
  it("offers every command, and those of a command with more below it", () => {
    const { program } = completionFor("bash");
    const names = program.commands.map((command) => command.name());
    expect(offered(["volley", ""])).toEqual(expect.arrayContaining(names));
    expect(offered(["volley", "-"])).toEqual(expect.arrayContaining(["--version", "--help"]));
    expect(offered(["volley", "region", "se"])).toEqual(["set"]);
    expect(offered(["volley", "wat"])).toEqual(["watch"]);
  });

  it("offers the options of the command that is named, whatever stands between", () => {
    expect(offered(["volley", "send", "people.csv", "--from", "Volley", "--la"])).toEqual(["--label"]);
    expect(offered(["volley", "region", "set", "eu", "--ra"])).toContain("--rate");
    expect(offered(["volley", "no such", "--la"])).toEqual([]);
    // So that files are offered.
    expect(offered(["volley", "send", ""])).toEqual([]);
  });
});

it.each(["bash", "zsh", "fish"])("has every command and option for %s", (shell) => {
  const { program, script } = completionFor(shell);
  const all = (command: Command): string[] => [
    ...command.options.flatMap(({ long, hidden }) => (long && !hidden ? [long] : [])),
    ...command.commands.flatMap((each) => [each.name(), ...all(each)]),
  ];
  expect(all(program).filter((word) => !script.includes(word))).toEqual([]);
});
