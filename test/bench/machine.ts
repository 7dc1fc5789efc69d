import { execFile } from "node:child_process";
import { cpus, loadavg, release, totalmem } from "node:os";
import { promisify } from "node:util";

/** What the numbers were measured on, for whoever compares them. */
export async function describeMachine(): Promise<string[]> {
  const processors = cpus();
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  return [
    new Date().toISOString(),
    `${processors.length} × ${processors[0]?.model.trim() ?? "unknown"}, ${gigabytes} GB, Linux ${release()}`,
    `Node ${process.versions.node}, V8 ${process.versions.v8}, ${await redisVersion()}`,
  ];
}

async function redisVersion(): Promise<string> {
  for (const program of ["redis-server", "valkey-server"]) {
    try {
      const { stdout } = await promisify(execFile)(program, ["--version"]);
      return `${program} ${/v=(\S+)/.exec(stdout)?.[1] ?? ""}`;
    } catch {
      // The other one, then.
    }
  }
  return "Redis of unknown version";
}

/** What else the machine was doing: beyond its number of cores, rates say more about that than about us. */
export function machineLoad(): string {
  return `load average ${loadavg()
    .map((load) => load.toFixed(1))
    .join(", ")}`;
}
