import { EXIT_CODES, runApp } from "@volley/runtime";
import { readApiConfig } from "./config.ts";
import { startApi } from "./serve/start-api.ts";

process.exitCode = await runApp({
  name: "volley-api",
  readConfig: () => readApiConfig(process.env),
  start: startApi,
});
// After an unclean end nobody waits for what still runs.
if (process.exitCode !== EXIT_CODES.stopped) process.exit();
