import { ListError } from "../terms/list-error.ts";

type Decoder = InstanceType<typeof TextDecoder>;

/** Bytes by which an encoding or another kind of file is known. */
const SHORTEST = 4;

/** As every ZIP archive begins, and so the workbooks of Excel, LibreOffice and Numbers. */
const ARCHIVE = "PK\u0003\u0004";

/** What spreadsheets call "Unicode text" is known by its byte order mark; without one it would be guessing. */
const MARKS = [
  ["\u00FF\u00FE", "utf-16le"],
  ["\u00FE\u00FF", "utf-16be"],
] as const;

/**
 * Reads bytes piece by piece as UTF-8, or UTF-16 with a byte order mark, without that mark and with `\n` for every kind of
 * line break: in a text that mixes them csv-parse counts some lines twice.
 *
 * @param name - of the list, as a message has it
 * @throws ListError when it is a workbook, or has another encoding: people would be greeted by names with holes in them
 */
export async function* readText(bytes: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<string> {
  let decoder: Decoder | null = null;
  let held = "";
  for await (const chunk of fromWholeStart(bytes)) {
    decoder ??= decoderOf(chunk, name);
    const text = held + decode(name, decoder, chunk);
    // The other half of this line break may begin the next piece.
    held = text.endsWith("\r") ? "\r" : "";
    yield withPlainBreaks(text.slice(0, text.length - held.length));
  }
  yield withPlainBreaks(held + (decoder === null ? "" : decode(name, decoder)));
}

/** The same bytes; the first piece has as many as tell what they are, where there are so many. */
async function* fromWholeStart(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let start: Uint8Array | null = new Uint8Array();
  for await (const chunk of bytes) {
    if (start === null) {
      yield chunk;
      continue;
    }
    start = Buffer.concat([start, chunk]);
    if (start.length < SHORTEST) continue;
    yield start;
    start = null;
  }
  if (start !== null) yield start;
}

function decoderOf(start: Uint8Array, name: string): Decoder {
  const first = Buffer.from(start.subarray(0, SHORTEST)).toString("latin1");
  if (first === ARCHIVE) {
    throw new ListError(`${name}: expected a text, got a workbook of a spreadsheet; save it as "CSV UTF-8"`);
  }
  const [, encoding = "utf-8"] = MARKS.find(([mark]) => first.startsWith(mark)) ?? [];
  return new TextDecoder(encoding, { fatal: true });
}

function withPlainBreaks(text: string): string {
  return text.replace(/\r\n?/g, "\n");
}

/** @param bytes - without them the end @throws ListError for bytes that no text has, a zero among them */
function decode(name: string, decoder: Decoder, bytes?: Uint8Array): string {
  const refused = (cause?: unknown): ListError =>
    new ListError(`${name}: expected UTF-8 text, got another encoding; save the file as "CSV UTF-8"`, { cause });
  let text: string;
  try {
    text = bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true });
  } catch (error) {
    throw refused(error);
  }
  if (text.includes("\0")) throw refused();
  return text;
}
