import { createWriteStream } from "node:fs";
import { open } from "node:fs/promises";
import { resolve } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { AUTO_REGION, normaliseRecipient, type Routes, withoutNumbers, wrongRecipient } from "@volley/contract";
import type { Person } from "@volley/lists";
import { createRouteTable, type SendStatus } from "@volley/producer";
import { CliError } from "../exit/cli-error.ts";
import { rejectedLines } from "../people/rejected-lines.ts";
import { regionOrNull } from "../people/regions-in.ts";
import { counted } from "../words/in-english.ts";
import { type FileSource, peopleIn } from "./file-source.ts";

/** A file for the rejected lines of another one. */
export type RejectedFileOptions = FileSource & {
  /** It is overwritten; without one nothing is written. */
  readonly rejectedOut?: string | undefined;
  readonly output: NodeJS.WritableStream;
};

/** Writes the file. @param ended - the sends that have ended, by the region of their lines */
export type TellRejected = (ended: ReadonlyMap<string, SendStatus>) => Promise<void>;

/** A mark at the beginning by which spreadsheets know UTF-8. */
const BYTE_ORDER_MARK = "\uFEFF";

/**
 * Writes the rejected lines of a file as they are, with the reason, so that they may be mended and sent alone: those without
 * an international number or a route and, once the sends have ended, those whom the provider has rejected.
 *
 * @param routes - where the region is that of each number
 * @returns what writes it: first before anything is sent, and once more when the sends have ended
 */
export function createRejectedFile(options: RejectedFileOptions, routes: Routes | undefined): TellRejected {
  const { file, rejectedOut, output } = options;
  let told = 0;
  return async (ended) => {
    if (rejectedOut === undefined) return;
    if (resolve(rejectedOut) === resolve(file)) {
      throw new CliError("--rejected-out: expected another file than the one that is sent");
    }
    const reasonOf = createReasons(options.region, routes, ended);
    const count = await write({ ...options, rejectedOut }, reasonOf);
    if (count > told) output.write(`${counted(count, "rejected line")} in ${rejectedOut}: mend and send them alone\n`);
    told = count;
  };
}

/** @returns how many lines there are */
async function write(
  options: FileSource & { readonly rejectedOut: string },
  reasonOf: (person: Person) => string | null,
): Promise<number> {
  const { file, rejectedOut, signal } = options;
  let count = 0;
  const lines = rejectedLines(file, peopleIn(options), (person) => {
    const reason = reasonOf(person);
    if (reason !== null) count += 1;
    return reason;
  });
  const mark = (await isMarked(file)) ? [BYTE_ORDER_MARK] : [];
  const text = async function* (): AsyncGenerator<string> {
    yield* mark;
    yield* lines;
  };
  try {
    await pipeline(Readable.from(text()), createWriteStream(rejectedOut), { signal });
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (error instanceof CliError) throw error;
    const code = String(Reflect.get(Object(error), "code"));
    throw new CliError(`--rejected-out: ${rejectedOut} cannot be written: ${code}`, { cause: error });
  }
  return count;
}

function createReasons(
  region: string | undefined,
  routes: Routes | undefined,
  ended: ReadonlyMap<string, SendStatus>,
): (person: Person) => string | null {
  const routeOf = routes && createRouteTable(routes);
  const rejected = new Map<string, string>();
  for (const [name, { result }] of ended) {
    for (const { recipient, reason, by } of result?.rejected ?? []) {
      if (by !== "volley") rejected.set(`${name} ${recipient}`, withoutNumbers(reason));
    }
  }
  return (person) => {
    const recipient = normaliseRecipient(person.number);
    if (recipient === null) return wrongRecipient(person.number);
    const name = regionOrNull(person, region);
    if (name === AUTO_REGION && routeOf && routeOf(recipient) === null) return "no_route";
    return rejected.get(`${name} ${recipient}`) ?? null;
  };
}

async function isMarked(file: string): Promise<boolean> {
  const opened = await open(file);
  try {
    const { buffer, bytesRead } = await opened.read(Buffer.alloc(3), 0, 3, 0);
    return bytesRead === 3 && buffer.equals(Buffer.from(BYTE_ORDER_MARK));
  } finally {
    await opened.close();
  }
}
