import { EXIT_CODES, runApp } from "@volley/runtime";
import { readWorkerConfig } from "./config.ts";
import { keepHeapSmall } from "./keep-heap-small.ts";
import { startWorker } from "./start-worker.ts";

keepHeapSmall();
process.exitCode = await runApp({
  name: "volley-worker",
  readConfig: () => readWorkerConfig(process.env),
  start: startWorker,
});
// After an unclean end nobody waits for what still runs.
if (process.exitCode !== EXIT_CODES.stopped) process.exit();
