import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";

/** A process as the system shows it. */
export type ShownProcess = { readonly pid: number; readonly command: string };

type ListedProcess = ShownProcess & { readonly parent: number };

/** Every process that a process has started, and those that these have started. Empty when it is gone. */
export function descendantsOf(pid: number): ShownProcess[] {
  const all = existsSync("/proc/self/stat") ? fromProc() : fromPs();
  const childrenOf = (parent: number): ShownProcess[] =>
    all.flatMap((one) => (one.parent === parent ? [one, ...childrenOf(one.pid)] : []));
  return childrenOf(pid);
}

/** Whether a process is there. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Small images have no `ps`. */
function fromProc(): ListedProcess[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      // pid (name) state parent …, and the name may hold anything.
      const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
      return [{ pid: Number(pid), parent, command }];
    } catch {
      // It has ended in between.
      return [];
    }
  });
}

function fromPs(): ListedProcess[] {
  const lines = execFileSync("ps", ["-A", "-o", "pid=,ppid=,command="], { encoding: "utf8" }).trim().split("\n");
  return lines.map((line) => {
    const [pid, parent, ...command] = line.trim().split(/\s+/);
    return { pid: Number(pid), parent: Number(parent), command: command.join(" ") };
  });
}
