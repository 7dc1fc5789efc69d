import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readlinkSync } from "node:fs";

/** The paths of the files that a process has open; none when it is gone. */
export function openFiles(pid: number): string[] {
  try {
    return existsSync("/proc/self/fd") ? fromProc(pid) : fromLsof(pid);
  } catch {
    return [];
  }
}

/** Small images have no `lsof`. */
function fromProc(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).flatMap((descriptor) => {
    try {
      return readlinkSync(`${folder}/${descriptor}`);
    } catch {
      // It was closed in between.
      return [];
    }
  });
}

/** A line with `n` and a path for each. */
function fromLsof(pid: number): string[] {
  const lines = execFileSync("lsof", ["-Fn", "-p", String(pid)], { encoding: "utf8" }).split("\n");
  return lines.filter((line) => line.startsWith("n")).map((line) => line.slice(1));
}
