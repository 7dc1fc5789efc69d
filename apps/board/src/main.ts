import { EXIT_CODES, runApp } from "@volley/runtime";

import { readBoardConfig } from "./config.ts";
import { startBoard } from "./start-board.ts";

process.exitCode = await runApp({
  name: "volley-board",
  readConfig: () => readBoardConfig(process.env),
  start: startBoard,
});
// After an unclean end nobody waits for what still runs.
if (process.exitCode !== EXIT_CODES.stopped) process.exit();
