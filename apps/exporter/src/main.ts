import { EXIT_CODES, runApp } from "@volley/runtime";
import { readExporterConfig } from "./config.ts";
import { startExporter } from "./start-exporter.ts";

process.exitCode = await runApp({
  name: "volley-exporter",
  readConfig: () => readExporterConfig(process.env),
  start: startExporter,
});
// After an unclean end nobody waits for what still runs.
if (process.exitCode !== EXIT_CODES.stopped) process.exit();
