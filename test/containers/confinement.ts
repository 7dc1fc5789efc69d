import type { StartedTestContainer } from "testcontainers";
import { runInside } from "./hardened-container.ts";

const LOOK = `
  const { readFileSync, writeFileSync } = require("node:fs");
  const attempt = (path) => { try { writeFileSync(path, ""); return "written"; } catch ({ code }) { return code; } };
  console.log(JSON.stringify({
    user: process.getuid(),
    capabilities: /CapEff:\\s*(\\S+)/.exec(readFileSync("/proc/self/status", "utf8"))[1],
    app: attempt("/app/x"),
    tmp: attempt("/tmp/x"),
  }));`;

/** What a container may do, seen from inside of it. @returns in words what it may do though it should not */
export async function confinementProblems(name: string, container: StartedTestContainer): Promise<readonly string[]> {
  const { user, capabilities, app, tmp } = JSON.parse(await runInside(container, LOOK)) as Record<string, unknown>;
  const shell = await container.exec(["sh", "-c", "true"]);
  return [
    ...(user === 1000 ? [] : [`${name} runs as user ${String(user)}`]),
    ...(Number(`0x${String(capabilities)}`) === 0 ? [] : [`${name} has the capabilities ${String(capabilities)}`]),
    ...(app === "EROFS" && tmp === "EROFS"
      ? []
      : [`${name} can write files (/app: ${String(app)}, /tmp: ${String(tmp)})`]),
    ...(shell.exitCode === 0 ? [`${name} has a shell, which it was to do without`] : []),
  ];
}
