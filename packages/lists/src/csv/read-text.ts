import { ListError } from "../terms/list-error.ts";

/**
 * Reads bytes piece by piece as UTF-8, without a byte order mark and with `\n` for every kind of line break: in a text
 * that mixes them csv-parse counts some lines twice.
 *
 * @param name - of the list, as a message has it
 * @throws ListError when it has another encoding: people would be greeted by names with holes in them
 */
export async function* readText(bytes: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let held = "";
  for await (const chunk of bytes) {
    const text = held + decode(name, () => decoder.decode(chunk, { stream: true }));
    // The other half of this line break may begin the next piece.
    held = text.endsWith("\r") ? "\r" : "";
    yield withPlainBreaks(text.slice(0, text.length - held.length));
  }
  yield withPlainBreaks(held + decode(name, () => decoder.decode()));
}

function withPlainBreaks(text: string): string {
  return text.replace(/\r\n?/g, "\n");
}

function decode(name: string, text: () => string): string {
  try {
    return text();
  } catch (error) {
    throw new ListError(`${name}: expected UTF-8 text, got another encoding; save the file as "CSV UTF-8"`, {
      cause: error,
    });
  }
}
