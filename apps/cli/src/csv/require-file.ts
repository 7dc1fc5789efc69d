import type { Stats } from "node:fs";
import { stat } from "node:fs/promises";
import { CliError } from "../exit/cli-error.ts";

/**
 * Lets nothing but a file pass. People are read several times: for their regions, page by page, for the lines of whom is
 * named, and for the key that keeps a list from being sent twice. The second time nothing is left in a pipe, and a key of
 * nothing is that of any list.
 *
 * @throws CliError saying what it is instead
 * @throws the system's error when there is nothing
 */
export async function requireFile(path: string): Promise<void> {
  const found = await stat(path);
  if (found.isFile()) return;
  const got = kindOf(found);
  const advice = found.isDirectory() ? "" : "; it is read more than once, so save it first";
  throw new CliError(`${path}: expected a file, got ${got}${advice}`);
}

function kindOf(found: Stats): string {
  if (found.isDirectory()) return "a folder";
  if (found.isFIFO()) return "a pipe";
  // What some programs give to those that they start in place of a pipe.
  return found.isSocket() ? "a socket" : "a device";
}
