import { EXIT_CODES, runApp } from "@volley/runtime";
import { readWebhooksConfig } from "./config.ts";
import { startWebhooks } from "./start-webhooks.ts";

process.exitCode = await runApp({
  name: "volley-webhooks",
  readConfig: () => readWebhooksConfig(process.env),
  start: startWebhooks,
});
// After an unclean end nobody waits for what still runs.
if (process.exitCode !== EXIT_CODES.stopped) process.exit();
