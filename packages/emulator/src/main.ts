#!/usr/bin/env node
import { readConfig } from "./serve/config.ts";
import { startEmulator } from "./serve/start-emulator.ts";

/** Runs the emulator as a process until SIGTERM or SIGINT. */
async function main(): Promise<void> {
  const read = readConfig(process.env);
  if (!read.isValid) {
    process.stderr.write(`The emulator cannot start:\n${read.problems.map((problem) => `- ${problem}\n`).join("")}`);
    process.exit(1);
  }
  const emulator = await startEmulator(read.config);
  const stop = (): void => {
    emulator.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  // Whoever reads it may end the process at once.
  process.stdout.write(`${JSON.stringify({ message: "emulator listening", url: emulator.url })}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`The emulator cannot start: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
