import { fileURLToPath } from "node:url";
import { setTimeout as pause } from "node:timers/promises";
import { spawn } from "@lydell/node-pty";
import { eventually } from "./eventually.ts";

/** A command in a terminal of its own, as a person sees it: everything that is written goes to one screen. */
export type Terminal = {
  /** Everything that came so far, with what moves the cursor and colours. */
  readonly raw: () => string;
  /** Waits until that has come. @returns the match */
  readonly printed: (pattern: RegExp) => Promise<RegExpExecArray>;
  /** Types, as at a keyboard: `\u0003` is Ctrl+C. */
  readonly type: (keys: string) => void;
  /** Waits for its end without asking for it. @returns the exit code */
  readonly ended: () => Promise<number>;
};

/** So long nothing more comes where all has come, in milliseconds. */
const QUIET_MS = 100;

/** Lines and columns of the smallest terminal that anybody still has. */
const SIZE = { rows: 24, cols: 80 };

const PROGRAM = fileURLToPath(new URL("../../apps/cli/dist/main.js", import.meta.url));

/**
 * Runs `volley` in a pseudo-terminal of 24 lines and 80 columns, with nothing but the given variables.
 *
 * Needs Linux with glibc, macOS or Windows, on x64 or arm64: elsewhere it fails when it is loaded, and says so.
 */
export function openTerminal(
  volleyArguments: readonly string[],
  environment: Readonly<Record<string, string>>,
): Terminal {
  const child = spawn(process.execPath, [PROGRAM, ...volleyArguments], {
    ...SIZE,
    cwd: "/",
    env: { PATH: process.env["PATH"], TERM: "xterm-256color", ...environment },
  });
  let came = "";
  child.onData((text) => (came += text));
  const exited = new Promise<number>((resolve) => void child.onExit(({ exitCode }) => resolve(exitCode)));
  const raw = (): string => came;
  return {
    raw,
    printed: async (pattern) => eventually(() => pattern.exec(came), `${pattern.source} in:\n${came}`),
    type: (keys) => child.write(keys),
    ended: async () => {
      const exitCode = await exited;
      // The end of a process is told before the last of what it wrote has come.
      for (let before = ""; before !== came; await pause(QUIET_MS)) before = came;
      return exitCode;
    },
  };
}

/** What moves the cursor, hides it, clears and colours. */
// oxlint-disable-next-line no-control-regex -- that is what is looked for
const ESCAPES = /\u001B\[[0-9;?]*[A-Za-z]/g;

/** What stands on the screen in the end: what was written over is gone. */
export function screenOf(raw: string): string[] {
  return raw
    .replaceAll("\r\n", "\n")
    .split("\n")
    .map((line) => line.slice(line.lastIndexOf("\r") + 1).replaceAll(ESCAPES, ""));
}

/** Whether the terminal is as it was before: its cursor is shown, and what comes next is in no colour. */
export function isInOrder(raw: string): boolean {
  const lastOf = (sequence: RegExp): string => [...raw.matchAll(sequence)].at(-1)?.[0] ?? "";
  // oxlint-disable-next-line no-control-regex -- that is what is looked for
  const [cursor, colour] = [lastOf(/\u001B\[\?25[hl]/g), lastOf(/\u001B\[[0-9;]*m/g)];
  // What is too long for a line goes on in the next one, as before a bar.
  const isWrapped = !raw.includes("\u001B[?7l") || raw.lastIndexOf("\u001B[?7h") > raw.lastIndexOf("\u001B[?7l");
  return isWrapped && cursor !== "\u001B[?25l" && ["", "\u001B[0m", "\u001B[39m", "\u001B[22m"].includes(colour);
}
