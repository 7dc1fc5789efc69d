import { spawn } from "node:child_process";

// `read` returns when the pipe's other end is closed, and the kernel closes it however this process dies.
const SCRIPT = 'read -r _; kill -9 "$1"; [ -z "$2" ] || rm -rf -- "$2"';

/** Ends the watch without killing anything. */
export type StandDown = () => void;

/**
 * Kills a process when the process that called this is gone, even by SIGKILL: a shell waits on a pipe that only we hold open.
 * It is a process group of its own, so a Ctrl-C at the terminal reaches neither it nor the Redis it watches.
 *
 * @param pid the process to kill
 * @param directory removed after it; `null` for none
 */
export function startWatchdog(pid: number, directory: string | null): StandDown {
  const child = spawn("/bin/sh", ["-c", SCRIPT, "volley-redis-watchdog", String(pid), directory ?? ""], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  child.unref();
  // A pipe is a socket to Node; left referenced it would keep a process alive that forgot to stop its Redis.
  if ("unref" in child.stdin && typeof child.stdin.unref === "function") {
    child.stdin.unref();
  }
  // Without /bin/sh there is no watch, but the Redis itself is as good as ever.
  child.on("error", () => {});
  child.stdin.on("error", () => {});
  return () => void child.kill("SIGKILL");
}
