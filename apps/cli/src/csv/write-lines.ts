import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

/** What is said about where lines go. */
export type OutFlags = { readonly out?: string; readonly json?: boolean };

/** The option of commands that write many lines. */
export const OUT_OPTION = ["--out <file.csv>", "a file instead of the terminal; it is overwritten"] as const;

/** As JSON, each in a line of its own: one document of a million of them would not fit in anybody's memory. */
export const JSON_LINES_OPTION = ["--json", "each as JSON in a line of its own, as the producer gives it"] as const;

type Target = {
  /** A file, which is overwritten; without one, and for `-`, the output. */
  readonly out: string | undefined;
  readonly output: NodeJS.WritableStream;
  /** Ends it. @default nothing does */
  readonly signal?: AbortSignal | undefined;
};

/** Writes lines, and waits where whoever reads is slower: a million of them must not gather here. */
export async function writeLines(lines: AsyncIterable<string>, { out, output, signal }: Target): Promise<void> {
  const isFile = out !== undefined && out !== "-";
  const target = isFile ? createWriteStream(out) : output;
  await pipeline(Readable.from(lines), target, { end: isFile, ...(signal && { signal }) });
}

/** Something as a line of JSON. */
export function jsonLine(something: unknown): string {
  return `${JSON.stringify(something)}\n`;
}
