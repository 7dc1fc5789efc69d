import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { AUTO_REGION, type Problem, type Routes } from "@volley/contract";
import type { Enqueued, Producer, SendStatus, SendToMany } from "@volley/producer";
import { CliError } from "../cli-error.ts";
import { connectProducer, type ProducerPlace } from "../connect-producer.ts";
import { pagesOfPeople } from "../csv/pages-of-people.ts";
import { peopleOfRegion } from "../csv/people-of-region.ts";
import { placeholdersIn } from "../csv/placeholders-in.ts";
import { type Person, readPeople } from "../csv/read-people.ts";
import { sendsFromPeople, type SendsFromPeople, type Template } from "../csv/sends-from-people.ts";
import { untilInterrupted } from "../csv/until-interrupted.ts";
import { describeStatus } from "../describe-status.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { followSends } from "../follow-sends.ts";
import { InterruptedError } from "../interrupted-error.ts";
import { createProgressBar, type Output } from "../progress-bar.ts";
import { readRoutesFile } from "../routes-file.ts";
import { isInterruption, unlessInterrupted } from "../unless-interrupted.ts";
import { checkSends, refuse } from "./check-sends.ts";
import { checkToTheEnd } from "./check-to-the-end.ts";

/** What is sent, and to whom. */
export type SendFileOptions = ProducerPlace & {
  readonly file: string;
  readonly template: Template;
  /** For lines without a region column. */
  readonly region?: string;
  readonly numberColumn?: string;
  /** To which region a number goes, where the region is `auto`. */
  readonly routesFile?: string | undefined;
  /** Without one it is made from the content, so that the same file and text are never sent twice by mistake. */
  readonly key?: string;
  /** Whether to stay until the sends have ended. */
  readonly wait: boolean;
  readonly output: Output;
  readonly signal: AbortSignal;
};

/** What became of one send. */
export type SentFile = {
  /** Recipients with a valid number, each once. */
  readonly valid: number;
  readonly status: SendStatus;
};

/** Lines that are named one by one. */
const SHOWN_LINES = 10;

/**
 * Sends a CSV file: one send per region, then shows their progress and their results. Nothing is put on a queue before
 * the whole file was read and every send was found good.
 *
 * @returns the sends with their last status; empty when nobody waited for it
 * @throws InterruptedError when it was interrupted before that
 */
export async function sendFile(options: SendFileOptions): Promise<SentFile[]> {
  const { signal } = options;
  const enqueued: Enqueued[] = [];
  try {
    return await sendAll(options, enqueued);
  } catch (error) {
    if (!isInterruption(error, signal) || enqueued.length > 0 || !isByHand(error)) throw error;
    throw new InterruptedError(error, "nothing was enqueued");
  }
}

/** Not that a process of the demonstration has ended, which is a failure. */
function isByHand(reason: unknown): boolean {
  return reason instanceof CliError && reason.exitCode !== EXIT_CODES.failed;
}

async function sendAll(options: SendFileOptions, enqueued: Enqueued[]): Promise<SentFile[]> {
  const { file, template, region, output, signal } = options;
  const read = await unlessInterrupted(signal, sendsFromPeople(peopleIn(options), template, region));
  const { sends, badLines } = read;
  checkSends(read, new Date());
  const routes = sends.has(AUTO_REGION) ? await readRoutesFile(options.routesFile) : undefined;
  if (sends.size > 1) await checkAllToTheEnd(options, read, routes);
  if (badLines.length > 0) output.write(`${describeBadLines(badLines)}\n`);
  const key = options.key ?? (await contentKey(file, template, signal));
  return connectProducer({ ...options, ...(routes && { routes }) }, async (producer) => {
    for (const name of sends.keys()) {
      signal.throwIfAborted();
      const one = await producer.enqueue(sendOf(options, read, name), { region: name, idempotencyKey: key, signal });
      enqueued.push(one);
      output.write(`${describeEnqueued(one)}\n`);
      for (const { message, code } of one.warnings) output.write(`  warning: ${message} (${code})\n`);
    }
    if (!options.wait) return [];
    const sent = await follow(producer, enqueued, options);
    for (const { status } of sent) output.write(`${describeStatus(status).join("\n")}\n`);
    return sent;
  });
}

/** What is not in memory as a whole, and whom routes may leave out, could still be refused after another one went out. */
async function checkAllToTheEnd(options: SendFileOptions, read: SendsFromPeople, routes?: Routes): Promise<void> {
  const { region, signal } = options;
  const problems: Problem[] = [];
  for (const name of read.sends.keys()) {
    if (!read.large.has(name) && name !== AUTO_REGION) continue;
    const common = { region: name, send: sendOf(options, read, name), signal };
    const people = (): AsyncIterable<Person> => peopleOfRegion(peopleIn(options), name, region);
    problems.push(...(await checkToTheEnd({ ...common, people, routes: name === AUTO_REGION ? routes : undefined })));
  }
  refuse(problems);
}

function peopleIn({ file, numberColumn, signal }: SendFileOptions): AsyncIterable<Person> {
  return untilInterrupted(readPeople(file, numberColumn), signal);
}

function sendOf(options: SendFileOptions, { sends, large }: SendsFromPeople, name: string): SendToMany {
  const inMemory = sends.get(name);
  return inMemory === undefined || large.has(name) ? sendFromFile(options, name) : inMemory;
}

/** The send of a region with so many people that the file is read once more for them, page by page. */
function sendFromFile(options: SendFileOptions, name: string): SendToMany {
  const { template, region } = options;
  const people = peopleOfRegion(peopleIn(options), name, region);
  return { ...template, to: pagesOfPeople(people, placeholdersIn(template.body)) };
}

async function follow(
  producer: Producer,
  enqueued: readonly Enqueued[],
  { output, signal }: SendFileOptions,
): Promise<SentFile[]> {
  const sends = enqueued.map(({ id, recipients }) => ({ id, recipients: recipients.requested }));
  const total = sends.reduce((sum, { recipients }) => sum + recipients, 0);
  const bar = createProgressBar(total, "recipients", output);
  let sentence = "not followed to the end";
  try {
    const statuses = await followSends(producer, sends, bar, signal);
    sentence = "done";
    return enqueued.map(({ id, recipients }, index) => ({
      valid: recipients.valid,
      status: requireStatus(id, statuses[index] ?? null),
    }));
  } finally {
    bar.finish(sentence);
  }
}

function requireStatus(id: string, status: SendStatus | null): SendStatus {
  if (status === null) throw new CliError(`${id}: its result is no longer kept`);
  return status;
}

function describeBadLines(lines: readonly number[]): string {
  const shown = lines.slice(0, SHOWN_LINES).join(", ");
  const count = lines.length === 1 ? "1 line" : `${lines.length.toLocaleString("en")} lines`;
  return `${count} without an international number: ${shown}${lines.length > SHOWN_LINES ? ", …" : ""}`;
}

function describeEnqueued({ id, region, alreadyEnqueued, recipients }: Enqueued): string {
  const people = `${recipients.valid.toLocaleString("en")} recipients in ${region}`;
  if (alreadyEnqueued) return `${id}: ${people} were enqueued before, nothing is sent again (--key sends it once more)`;
  const { duplicate, rejected } = recipients;
  return `${id}: ${people} enqueued${duplicate + rejected > 0 ? `, ${duplicate} duplicate, ${rejected} rejected` : ""}`;
}

async function contentKey(file: string, template: Template, signal: AbortSignal): Promise<string> {
  const hash = createHash("sha256").update(JSON.stringify(template));
  await unlessInterrupted(signal, pipeline(createReadStream(file), hash));
  return `csv ${hash.digest("hex")}`;
}
