import { join } from "node:path";
import type { Environment } from "@volley/runtime";
import { CliError } from "../exit/cli-error.ts";
import { type Child, startChild } from "./child.ts";

/** What all processes of a stack share. */
export type ChildrenOptions = {
  readonly environment: Environment;
  /** Where their logs go. */
  readonly directory: string;
  /** Whether they take the ports of the documentation where these are free, or any. */
  readonly ports: "usual" | "any";
  readonly say: (sentence: string) => void;
  readonly signal: AbortSignal;
};

type ProgramToStart = {
  readonly name: string;
  readonly program: string;
  /** Its port in the documentation. */
  readonly port: number;
  readonly readyPath: string;
  /** Variables beside those of all. */
  readonly added?: Environment;
};

/** The processes of a stack. */
export type Children = {
  readonly start: (program: ProgramToStart) => Promise<Child>;
  /** Aborts when one has ended by itself; the reason is a CliError that names it. */
  readonly lost: AbortSignal;
  /** One after the other, in the reverse order of their start. */
  readonly stop: () => Promise<void>;
};

/** Starts processes that belong together, and says so when one of them ends by itself. */
export function createChildren(options: ChildrenOptions): Children {
  const { directory, ports, say, signal } = options;
  const started: (Child | null)[] = [];
  const lost = new AbortController();
  let isStopping = false;

  const watch = async ({ name, ended }: Child, logFile: string): Promise<void> => {
    const end = await ended;
    if (isStopping) return;
    const sentence = `the ${name} has ended by itself (${end}), its log is ${logFile}`;
    say(sentence);
    lost.abort(new CliError(sentence));
  };
  return {
    lost: lost.signal,
    start: async ({ name, program, port: usualPort, readyPath, added = {} }) => {
      const port = ports === "usual" ? usualPort : 0;
      const logFile = join(directory, `${name}.log`);
      const environment = { ...options.environment, ...added };
      // Of those that are started at once, the place counts that each was given first.
      const place = started.push(null) - 1;
      const child = await startChild({ name, program, port, readyPath, logFile, environment, signal });
      started[place] = child;
      if (port !== 0 && new URL(child.url).port !== String(port))
        say(`${name}: port ${port} is taken, so it has another one`);
      void watch(child, logFile);
      return child;
    },
    stop: async () => {
      isStopping = true;
      for (const child of started.toReversed()) await child?.stop();
    },
  };
}
