import { execFile } from "node:child_process";
import { promisify } from "node:util";

const NAMES = ["redis-server", "valkey-server"] as const;

// Asking the shell keeps the environment out of this package.
const LOOK_UP = 'PATH="${2:-$PATH}"; command -v "$1"';

/** What a server program is called. */
export type ServerName = (typeof NAMES)[number];

/** A server program that runs on this machine. */
export type ServerProgram = {
  name: ServerName;
  /** Absolute path. */
  path: string;
  /** What it says of itself, such as `7.0.15`. */
  version: string;
};

/**
 * The first of `redis-server` and `valkey-server` on the PATH that can tell its version, or `null`.
 *
 * @param searchPath colon-separated folders to look in. Default: this process's PATH
 * @param names which of them will do
 */
export async function serverOnPath(
  searchPath = "",
  names: readonly ServerName[] = NAMES,
): Promise<ServerProgram | null> {
  for (const name of names) {
    const path = await output("/bin/sh", ["-c", LOOK_UP, "sh", name, searchPath]);
    if (path?.startsWith("/") !== true) {
      continue;
    }
    const version = /\bv=(\S+)/.exec((await output(path, ["--version"])) ?? "")?.[1];
    if (version !== undefined) {
      return { name, path, version };
    }
  }
  return null;
}

async function output(command: string, arguments_: readonly string[]): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)(command, arguments_, { timeout: 5_000 });
    return stdout.trim();
  } catch {
    return null;
  }
}
