import { Writable } from "node:stream";
import type { Enqueued, SendStatus } from "@volley/producer";
import { type Command, Option } from "commander";
import { CliError } from "../exit/cli-error.ts";
import { EXIT_CODES } from "../exit/exit-codes.ts";
import { InterruptedError } from "../exit/interrupted-error.ts";
import { countMissed } from "../send-file/count-missed.ts";
import { sendFile, type SendFileOptions } from "../send-file/send-file.ts";
import { withFile } from "../csv/with-file.ts";
import type { Output } from "../terminal/output.ts";
import type { Messages } from "../exit/json-messages.ts";
import type { CommandContext } from "./command-context.ts";
import { addFileOptions, type FileFlags, sourceOf } from "../send-file/file-options.ts";
import { readWithin } from "../exit/within-option.ts";
import { SELDOM } from "../exit/seldom.ts";

type Flags = FileFlags & {
  readonly key?: string;
  readonly again?: true;
  readonly onlyNew?: true;
  readonly within?: string;
  readonly rejectedOut?: string;
  readonly force: boolean;
  readonly wait: boolean;
  readonly json: boolean;
};

const HELP = `
Lines without an international number are named and left out. Nobody gets the same text twice within a day: if somebody of the
file did, from whichever file, nothing is sent before you say --again or --only-new. Nothing is sent either where no worker has
ever worked on one of the regions, whose name may be mistyped: --force is for those whose workers you start later.
Exit code 0 when everybody else was accepted, 2 when not, 1 when nothing was sent; with --no-wait 0 when all is queued.

Example:
  volley send people.csv --from Volley --body 'Hi \${name}!' --region eu`;

/** Adds `send`: sends a file, and follows it to its end. */
export function addSend(program: Command, { place, routesFile, output, messages, signal }: CommandContext): void {
  const command = program
    .command("send")
    .summary("send a CSV file to everybody in it")
    .description("send a CSV file, one send per region; ${column} in the body is that column");
  addFileOptions(command)
    .option("--region <name>", "where no column says it; auto: by number")
    .option("--key <key>", "idempotency key; else of file and text")
    .addOption(new Option("--again", "send once more to those who got this text").conflicts("onlyNew"))
    .option("--only-new", "leave those out who got this text")
    .addOption(
      new Option("--within <time>", "how far back it is looked for them: 30m, 2h, 7d (default: 24h)").helpGroup(SELDOM),
    )
    .option("--rejected-out <file.csv>", "the rejected lines, each with the reason")
    .addOption(
      new Option("--force", "send to a region, too, for which a worker is started only later")
        .default(false)
        .helpGroup(SELDOM),
    )
    .option("--no-wait", "return as soon as all is on the queue")
    .addOption(
      new Option("--json", "{ sends: [{ id, …, status }] }; status is null with --no-wait")
        .default(false)
        .helpGroup(SELDOM),
    )
    .addHelpText("after", HELP)
    .action(async (given: string, flags: Flags) => {
      const { key, rejectedOut, force, wait, json } = flags;
      const how = { key, rejectedOut, wait, isForced: force, duplicates: duplicatesOf(flags) };
      const send = async (file: string, shown: Shown): Promise<void> =>
        sendAndJudge({ ...place, ...sourceOf(file, flags), ...how, routesFile, signal, ...shown });
      await withFile(
        given,
        async (file) => (json ? asJson(output, messages, async (shown) => send(file, shown)) : send(file, { output })),
        { signal },
      );
    });
}

type Shown = Pick<SendFileOptions, "output" | "onEnqueued" | "onStatus">;

/** One document of what was enqueued and how it has ended, also where it was interrupted; everything else is said beside it. */
async function asJson(output: Output, messages: Messages, send: (shown: Shown) => Promise<void>): Promise<void> {
  const sends = new Map<string, { readonly enqueued: Enqueued; status: SendStatus | null }>();
  const said = new Writable({
    write: (text: Buffer, _encoding, done) => {
      messages.write(String(text));
      done();
    },
  });
  const tell = (): void => {
    const all = [...sends.values()].map(({ enqueued, status }) => ({ ...enqueued, status }));
    output.write(`${JSON.stringify({ sends: all }, null, 2)}\n`);
  };
  try {
    await send({
      output: Object.assign(said, { isTTY: false }),
      onEnqueued: (enqueued) => sends.set(enqueued.id, { enqueued, status: null }),
      onStatus: (status) => {
        const one = sends.get(status.id);
        if (one) one.status = status;
      },
    });
  } catch (error) {
    if (sends.size > 0) tell();
    throw error;
  }
  tell();
}

function duplicatesOf({ again, onlyNew, within }: Flags): NonNullable<SendFileOptions["duplicates"]> {
  return {
    ifFound: again ? "send" : onlyNew ? "skip" : "refuse",
    ...(within !== undefined && { withinMs: readWithin(within) }),
  };
}

async function sendAndJudge(options: SendFileOptions): Promise<void> {
  const { output, signal } = options;
  const sent = await sendFile(options).catch((error: unknown) => {
    if (signal.aborted && !(error instanceof InterruptedError)) {
      output.write("what is on the queue is sent all the same: volley status <id> tells how it ends\n");
    }
    throw error;
  });
  const missed = countMissed(sent);
  if (missed === 0) return;
  const people = missed === 1 ? "1 recipient was" : `${missed.toLocaleString("en")} recipients were`;
  throw new CliError(`${people} not accepted`, { exitCode: EXIT_CODES.notAllAccepted });
}
