#!/usr/bin/env node
import { SettingsError } from "@volley/runtime";
import { CommanderError } from "commander";
import { CliError } from "./exit/cli-error.ts";
import type { CliConfig } from "./redis/config.ts";
import { readCliConfig } from "./redis/config.ts";
import { EXIT_CODES, exitCodeOf } from "./exit/exit-codes.ts";
import { errorAsJson, explainError } from "./exit/explain-error.ts";
import { outputError } from "./exit/output-error.ts";
import { createProgram } from "./program.ts";
import { paintFor } from "./terminal/paint.ts";
import { toldError } from "./exit/told-error.ts";

// What goes wrong is told in words: a library's own lines beside them would only confuse.
Object.assign(globalThis.console, { warn: () => {}, error: () => {} });

/** Also what is wrong with the command line itself is told as JSON then. */
const asJson = process.argv.includes("--json");

const output = Object.assign(process.stdout, { isDumb: process.env["TERM"] === "dumb" });

const interrupted = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    // The second time somebody insists; what was started here ends by itself then.
    if (interrupted.signal.aborted) process.exit(exitCodeOf(signal));
    interrupted.abort(new CliError("interrupted", { exitCode: exitCodeOf(signal) }));
  });
}
// `volley dev | head`: whoever read the output has gone, and what was started for them goes, too.
process.stdout.on("error", (error) => interrupted.abort(outputError(error)));

try {
  const { config, problem } = readConfig();
  const program = createProgram({ config, output, signal: interrupted.signal, asJson });
  // Whoever asks for help is told it, whatever their environment is like.
  if (problem !== null) {
    program.hook("preAction", (_, action) => {
      if (action.name() !== "help") throw problem;
    });
  }
  await program.parseAsync(process.argv);
} catch (thrown) {
  if (thrown instanceof CommanderError) {
    process.exitCode = thrown.exitCode;
  } else {
    const error = toldError(thrown, interrupted.signal);
    const exitCode = error instanceof CliError ? error.exitCode : EXIT_CODES.failed;
    process.stderr.write(`${asJson ? JSON.stringify(errorAsJson(error, exitCode)) : painted(explainError(error))}\n`);
    process.exitCode = exitCode;
    // Whatever nobody waits for any more, a Redis that does not answer above all, would keep the process there.
    if (interrupted.signal.aborted) process.exit();
  }
}

function readConfig(): { readonly config: CliConfig; readonly problem: Error | null } {
  try {
    return { config: readCliConfig(process.env), problem: null };
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return { config: readCliConfig({}), problem: error };
  }
}

/** What has gone wrong stands in its first line; what follows is what to do, or each mistake. */
function painted(sentence: string): string {
  const [first = "", ...rest] = sentence.split("\n");
  return [paintFor(process.stderr).bad(first), ...rest].join("\n");
}
