import { once } from "node:events";
import { Writable } from "node:stream";
import { createInterface } from "node:readline/promises";
import { CliError } from "../exit/cli-error.ts";
import type { Messages } from "../exit/json-messages.ts";

/** Where a password comes from: a terminal, where it is asked for, or a pipe. */
type Source = NodeJS.ReadableStream & { readonly isTTY?: boolean };

type Asked = { readonly messages: Messages; readonly signal: AbortSignal };

/** Bytes of a pipe: longer than any password. */
const MOST_BYTES = 4_096;

/**
 * Reads a password: from a terminal twice, without showing it; from anything else its first line.
 *
 * @throws CliError where both are not the same, or where a pipe brings too much
 */
export async function readPassword(source: Source, asked: Asked): Promise<string> {
  if (source.isTTY !== true) return firstLine(source);
  const password = await ask(source, "Password: ", asked);
  if (password !== (await ask(source, "Once more: ", asked)))
    throw new CliError("these are two passwords: type the same twice");
  return password;
}

async function ask(input: Source, question: string, { messages, signal }: Asked): Promise<string> {
  // readline writes what is typed to its output, which here goes nowhere.
  const output = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input, output, terminal: true, historySize: 0 });
  messages.write(question);
  const ended = once(reader, "close", { signal }).then(() => {
    throw new CliError("no password was typed");
  });
  try {
    return await Promise.race([reader.question("", { signal }), ended]);
  } finally {
    ended.catch(() => undefined);
    reader.close();
    messages.write("\n");
  }
}

async function firstLine(source: Source): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of source) {
    const buffer = Buffer.from(chunk);
    bytes += buffer.length;
    if (bytes > MOST_BYTES) throw new CliError(`password: expected at most ${MOST_BYTES} bytes on standard input`);
    chunks.push(buffer);
  }
  return Buffer.concat(chunks).toString("utf8").split(/\r?\n/, 1)[0] ?? "";
}
