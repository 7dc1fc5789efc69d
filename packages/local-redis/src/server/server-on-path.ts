import { execFile } from "node:child_process";
import { promisify } from "node:util";

const NAMES = ["redis-server", "valkey-server"] as const;

// Asking the shell keeps the environment out of this package.
const LOOK_UP = 'PATH="${2:-$PATH}"; command -v "$1"';

/** A server program that runs on this machine. */
export type ServerProgram = {
  name: (typeof NAMES)[number];
  /** Absolute path. */
  path: string;
  /** What it says of itself, such as `7.0.15`. */
  version: string;
};

/**
 * The first of `redis-server` and `valkey-server` on the PATH that can tell its version, or `null`.
 *
 * @param searchPath colon-separated folders to look in. Default: this process's PATH
 */
export async function serverOnPath(searchPath = ""): Promise<ServerProgram | null> {
  for (const name of NAMES) {
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
