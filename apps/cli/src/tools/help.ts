import type { Command } from "commander";
import { VolleyCommand } from "../commands/volley-command.ts";

/** Adds `help`: what `--help` of a command says, or with `--all` everything there is to say. */
export function addHelp(program: Command): void {
  program
    .command("help")
    .description("what a command does and takes; --all: all of it")
    .argument("[command...]", "such as send, or suppress add; without one volley itself")
    .option("--all", "also what few need, however long it is", false)
    .action((words: string[], { all }: { readonly all: boolean }) => {
      let told: Command = program;
      for (const word of words) {
        const below = told.commands.find((each) => each.name() === word);
        if (below === undefined) return program.error("error: there is no such command; volley help names all");
        told = below;
      }
      if (told instanceof VolleyCommand) told.tellsAll = all;
      told.outputHelp();
    });
}
