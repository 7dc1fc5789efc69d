import { createReadStream } from "node:fs";
import { CliError } from "../exit/cli-error.ts";
import { requireFile } from "./require-file.ts";

/**
 * Reads a file piece by piece as UTF-8, without a byte order mark and with `\n` for every kind of line break: in a file
 * that mixes them csv-parse counts some lines twice.
 *
 * @throws CliError when it is no file, or has another encoding: people would be greeted by names with holes in them
 */
export async function* readText(path: string): AsyncGenerator<string> {
  // Before it is opened: a pipe that nobody writes to would be waited for.
  await requireFile(path);
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let held = "";
  for await (const chunk of createReadStream(path)) {
    const text = held + decode(path, () => decoder.decode(chunk, { stream: true }));
    // The other half of this line break may begin the next piece.
    held = text.endsWith("\r") ? "\r" : "";
    yield withPlainBreaks(text.slice(0, text.length - held.length));
  }
  yield withPlainBreaks(held + decode(path, () => decoder.decode()));
}

function withPlainBreaks(text: string): string {
  return text.replace(/\r\n?/g, "\n");
}

function decode(path: string, text: () => string): string {
  try {
    return text();
  } catch (error) {
    throw new CliError(`${path}: expected UTF-8 text, got another encoding; save the file as "CSV UTF-8"`, {
      cause: error,
    });
  }
}
