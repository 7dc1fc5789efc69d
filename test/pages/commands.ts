import { fencesIn } from "./fences.ts";

/** A line that a page asks a person to type. */
export type DocumentedCommand = {
  /** Page and line, to be found by. */
  readonly place: string;
  /** As it stands there, without what comes after a `#`. */
  readonly text: string;
  /** The lines before it in its block that it may need: `export` and `cd`. */
  readonly before: readonly string[];
};

const SHELLS = ["sh", "bash", "console"];

/** @returns every command of every page, in their order */
export function documentedCommands(): DocumentedCommand[] {
  return fencesIn(SHELLS).flatMap(({ page, line, text }) => {
    const before: string[] = [];
    // What goes on in the next line is one command.
    return text
      .replaceAll(/ *\\\n\s*/g, " ")
      .split("\n")
      .flatMap((typed, index) => {
        const command = withoutComment(typed.replace(/^\$ /, ""));
        if (command === "") return [];
        const documented = { place: `${page}:${line + index}`, text: command, before: [...before] };
        if (isForLater(command)) before.push(command);
        return [documented];
      });
  });
}

/** Whether a command does nothing but change what the next ones find. */
export function isForLater(command: string): boolean {
  return /^(?:export|cd) /.test(command);
}

/** Comments begin at a `#` after a blank that stands in no quotes. */
function withoutComment(line: string): string {
  return (/^(?:'[^']*'|"[^"]*"|(?!(?:^|(?<=\s))#)[^'"])*/.exec(line)?.[0] ?? line).trim();
}
