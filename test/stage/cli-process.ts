import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { eventually } from "./eventually.ts";

/** The `volley` command as a person runs it, with its output in a pipe. */
export type CliProcess = {
  readonly pid: number;
  /** What it has printed so far, errors too. */
  readonly output: () => string;
  readonly errors: () => string;
  /** What has come on its standard output alone. */
  readonly answer: () => string;
  /** Waits until it has printed that. @returns the match */
  readonly printed: (pattern: RegExp) => Promise<RegExpExecArray>;
  readonly signal: (name: NodeJS.Signals) => void;
  /** Waits for its end without asking for it. @returns the exit code, `null` after a signal that it could not handle */
  readonly ended: () => Promise<number | null>;
};

const PROGRAM = fileURLToPath(new URL("../../apps/cli/dist/main.js", import.meta.url));

/**
 * Runs `volley` with nothing but the given variables, from a folder that has nothing to do with it.
 *
 * @param input - what comes in at its standard input. @default nothing
 */
export function runVolley(
  volleyArguments: readonly string[],
  environment: Readonly<Record<string, string>>,
  input?: string,
): CliProcess {
  const child = spawn(process.execPath, [PROGRAM, ...volleyArguments], {
    cwd: "/",
    env: { PATH: process.env["PATH"], ...environment },
    stdio: ["pipe", "pipe", "pipe"],
  });
  child.stdin.end(input);
  const answers: string[] = [];
  const all: string[] = [];
  const errors: string[] = [];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    all.push(text);
    answers.push(text);
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    all.push(text);
    errors.push(text);
  });
  const closed = once(child, "close");
  const output = (): string => all.join("");
  return {
    pid: child.pid ?? 0,
    output,
    errors: () => errors.join(""),
    answer: () => answers.join(""),
    printed: async (pattern) => eventually(() => pattern.exec(output()), `${pattern.source} in:\n${output()}`),
    signal: (name) => void child.kill(name),
    ended: async () => {
      await closed;
      return child.exitCode;
    },
  };
}
