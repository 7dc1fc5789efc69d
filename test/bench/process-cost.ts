import { readFileSync } from "node:fs";

/** What the kernel counts processor time in, on every Linux that Node runs on (`getconf CLK_TCK`). */
const TICKS_PER_SECOND = 100;

/** `utime` and `stime` among the fields that follow the name (proc_pid_stat(5) counts them 14 and 15). */
const USER_FIELD = 11;

/** Processor time of a process since its start, in milliseconds: user and kernel, all of its threads. */
export function cpuMsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The name may hold anything, brackets and spaces too.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return ((Number(fields[USER_FIELD]) + Number(fields[USER_FIELD + 1])) * 1_000) / TICKS_PER_SECOND;
}

/** The most memory of a process that was resident at once since its start, in bytes. */
export function peakBytesOf(pid: number): number {
  return statusBytes(pid, "VmHWM");
}

/** Memory of a process that is resident now, in bytes. */
export function residentBytesOf(pid: number): number {
  return statusBytes(pid, "VmRSS");
}

function statusBytes(pid: number, name: string): number {
  const kilobytes = new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kilobytes) * 1_024;
}
