import { randomUUID } from "node:crypto";
import { AUTO_REGION, InvalidSendError, type Problem, type Routes, sendId } from "@volley/contract";
import {
  DuplicatesError,
  type Enqueued,
  type Producer,
  ProducerError,
  type SendStatus,
  type SendToMany,
} from "@volley/producer";
import { CliError } from "../exit/cli-error.ts";
import { connectProducer, type ProducerPlace } from "../redis/connect-producer.ts";
import { sendsFromPeople, type SendsFromPeople } from "../people/sends-from-people.ts";
import { describeFile } from "./describe-file.ts";
import { describeEnqueued } from "../words/describe-enqueued.ts";
import { describeStatus } from "../words/describe-status.ts";
import { EXIT_CODES } from "../exit/exit-codes.ts";
import { followSends } from "./follow-sends.ts";
import { InterruptedError } from "../exit/interrupted-error.ts";
import { createProgressBar } from "./progress-bar.ts";
import type { Output } from "../terminal/output.ts";
import { paintFor } from "../terminal/paint.ts";
import { readRoutesFile } from "./routes-file.ts";
import { isInterruption, unlessInterrupted } from "../exit/unless-interrupted.ts";
import { checkSends, refuse } from "./check-sends.ts";
import { checkToTheEnd } from "./check-to-the-end.ts";
import { countValid } from "./count-valid.ts";
import { contentKey, type FileSource, peopleFor, peopleIn, sendFromFile, sendOf } from "./file-source.ts";
import { isAboutRecipients, isLeftOut, nameLines } from "./name-lines.ts";
import { type Again, refusal, refuseDuplicates } from "./refuse-duplicates.ts";
import { requireServedFile } from "./require-served-file.ts";
import { createRejectedFile } from "./write-rejected.ts";

/** What is sent, and to whom. */
export type SendFileOptions = ProducerPlace &
  FileSource & {
    /** To which region a number goes, where the region is `auto`. */
    readonly routesFile?: string | undefined;
    /** Without one it is made from the content, so that the same file and text are never sent twice by mistake. */
    readonly key?: string | undefined;
    /** Whether somebody who got the same text gets it again. @default those of 24 hours are refused */
    readonly duplicates?: Again;
    /** A file for the rejected lines, overwritten. */
    readonly rejectedOut?: string | undefined;
    /** Sends to a region, too, on which no worker has ever worked. @default false */
    readonly isForced?: boolean;
    /** Whether to stay until the sends have ended. */
    readonly wait: boolean;
    readonly output: Output;
    /** Told of each send as soon as it is enqueued. */
    readonly onEnqueued?: (enqueued: Enqueued) => void;
    /** Told how each send that was followed has ended. */
    readonly onStatus?: (status: SendStatus) => void;
  };

/** What became of one send. */
export type SentFile = {
  /** Recipients with a valid number, each once, whoever has no route among them. */
  readonly valid: number;
  readonly status: SendStatus;
};

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
  const { template, region, output, signal } = options;
  const read = await unlessInterrupted(signal, sendsFromPeople(peopleIn(options), template, region));
  const { sends } = read;
  const routes = sends.has(AUTO_REGION) ? await readRoutesFile(options.routesFile) : undefined;
  const tellRejected = createRejectedFile(options, routes);
  await tellRejected(new Map());
  await checkSends(read, new Date(), async (name, problems) => nameProblems(options, name, problems));
  if (sends.size > 1) await checkAllToTheEnd(options, read, routes);
  for (const sentence of describeFile(read)) output.write(`${sentence}\n`);
  const key = await keyOf(options);
  return connectProducer({ ...options, ...(routes && { routes }) }, async (producer) => {
    if (!options.isForced) await requireServedFile(producer, options, [...sends.keys()], routes);
    const target = { idempotencyKey: key, except: [...sends.keys()].map((name) => sendId(name, key)) };
    if (sends.size > 1) await refuseDuplicates(producer, options, read, target.except);
    for (const name of await inOrder(producer, [...sends.keys()], key)) {
      signal.throwIfAborted();
      const one = await enqueue(producer, options, sendOf(options, read, name), { ...target, region: name });
      if (one === null) {
        output.write(`${name}: nobody is new, and nothing is sent\n`);
        continue;
      }
      enqueued.push(one);
      options.onEnqueued?.(one);
      output.write(`${describeEnqueued(one, new Date())}\n`);
      for (const { message, code } of one.warnings) output.write(`  warning: ${message} (${code})\n`);
    }
    if (!options.wait || enqueued.length === 0) return [];
    const sent = await follow(producer, enqueued, { ...options, badIn: read.badIn });
    for (const { status } of sent) {
      options.onStatus?.(status);
      output.write(`${describeStatus(status, { paint: paintFor(output), now: new Date() }).join("\n")}\n`);
    }
    await tellRejected(new Map(sent.map(({ status }) => [status.region, status])));
    return sent;
  });
}

/**
 * The regions where the key stands for something come first: nothing new is put on a queue there, and if it stands for other
 * content nothing is in any region.
 */
async function inOrder(producer: Producer, regions: readonly string[], idempotencyKey: string): Promise<string[]> {
  if (regions.length < 2) return [...regions];
  const isUsed = await Promise.all(regions.map(async (region) => producer.isKeyUsed({ region, idempotencyKey })));
  return [true, false].flatMap((used) => regions.filter((_, index) => isUsed[index] === used));
}

/** Whoever says how others are to be sent to again does not mean the call that was made before. */
async function keyOf(options: SendFileOptions): Promise<string> {
  if (options.key !== undefined) return options.key;
  const key = await contentKey(options);
  const { ifFound = "refuse" } = options.duplicates ?? {};
  return ifFound === "refuse" ? key : `${key} ${randomUUID()}`;
}

/**
 * Whose recipients are wrong is found in the file, where each line has its own values; in memory values stand by number.
 * What is no mistake of a single line is said as it is.
 */
async function nameProblems(
  options: SendFileOptions,
  name: string,
  problems: readonly Problem[],
): Promise<readonly Problem[]> {
  const send = sendFromFile(options, name);
  const found = await checkToTheEnd({ send, routes: undefined, signal: options.signal });
  const ofLines = found.filter(isAboutRecipients);
  return nameLines(
    name,
    ofLines.length > 0 ? ofLines : problems.filter((problem) => !isLeftOut(problem)),
    peopleFor(options, name),
  );
}

/** What is not in memory as a whole, and whom routes may leave out, could still be refused after another one went out. */
async function checkAllToTheEnd(options: SendFileOptions, read: SendsFromPeople, routes?: Routes): Promise<void> {
  const { signal } = options;
  const problems: Problem[] = [];
  for (const name of read.sends.keys()) {
    if (!read.large.has(name) && name !== AUTO_REGION) continue;
    const send = sendOf(options, read, name);
    const found = await checkToTheEnd({ send, routes: name === AUTO_REGION ? routes : undefined, signal });
    problems.push(...(await nameLines(name, found, peopleFor(options, name))));
  }
  refuse(problems);
}

/** Where one send goes, and those that belong to the same file. */
type Target = { readonly region: string; readonly idempotencyKey: string; readonly except: readonly string[] };

/**
 * @returns `null` when everybody is left out
 * @throws InvalidSendError with the lines of the file: a send of one region is looked at while it is enqueued
 * @throws CliError when somebody got the same text a while ago
 */
async function enqueue(
  producer: Producer,
  options: SendFileOptions,
  send: SendToMany,
  { except, ...target }: Target,
): Promise<Enqueued | null> {
  const { signal } = options;
  try {
    return await producer.enqueue(send, { ...target, signal, duplicates: { ...options.duplicates, except } });
  } catch (error) {
    if (error instanceof DuplicatesError) throw refusal(error);
    if (error instanceof ProducerError && error.code === "VOLLEY_NOBODY_LEFT") return null;
    if (!(error instanceof InvalidSendError)) throw error;
    const { region } = target;
    throw new InvalidSendError(await nameLines(region, error.problems, peopleFor(options, region)));
  }
}

async function follow(
  producer: Producer,
  enqueued: readonly Enqueued[],
  { output, signal, badIn }: SendFileOptions & Pick<SendsFromPeople, "badIn">,
): Promise<SentFile[]> {
  const sends = enqueued.map(({ id, recipients }) => ({ id, recipients: recipients.requested }));
  const total = sends.reduce((sum, { recipients }) => sum + recipients, 0);
  const bar = createProgressBar(total, "recipients", output);
  let sentence = "not followed to the end";
  try {
    const statuses = await followSends(producer, sends, bar, signal);
    sentence = "done";
    return enqueued.map(({ id, region, recipients }, index) => {
      const status = requireStatus(id, statuses[index] ?? null);
      return { valid: countValid(recipients, badIn.get(region) ?? 0, status.result?.rejected ?? []), status };
    });
  } finally {
    bar.finish(sentence);
  }
}

function requireStatus(id: string, status: SendStatus | null): SendStatus {
  if (status === null) throw new CliError(`${id}: its result is no longer kept`);
  return status;
}
