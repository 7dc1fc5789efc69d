import { getContainerRuntimeClient } from "testcontainers";
import { runCommand } from "../stage/run-command.ts";
import { readContainersArguments, USAGE } from "./containers-arguments.ts";
import { runContainers } from "./run-containers.ts";

// An image that would have to be pulled; what is started here is ended here.
process.env["TESTCONTAINERS_RYUK_DISABLED"] = "true";
await runCommand(readContainersArguments, USAGE, async (given) =>
  runContainers(given, await getContainerRuntimeClient().catch(() => null), (line) => console.log(line)),
);
