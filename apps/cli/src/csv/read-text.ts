import { createReadStream } from "node:fs";
import { readText as readBytes } from "@volley/lists";
import { requireFile } from "./require-file.ts";

/**
 * Reads a file piece by piece as UTF-8, or UTF-16 with a byte order mark, without that mark and with `\n` for every kind of line break.
 *
 * @throws CliError when it is no file
 * @throws ListError when it has another encoding
 */
export async function* readText(path: string): AsyncGenerator<string> {
  // Before it is opened: a pipe that nobody writes to would be waited for.
  await requireFile(path);
  yield* readBytes(createReadStream(path), path);
}
