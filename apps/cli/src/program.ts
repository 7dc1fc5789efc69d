import { readFileSync } from "node:fs";
import { withoutNumbers } from "@volley/contract";
import { type Command, Option } from "commander";
import { addAfterSend } from "./commands/after-send.ts";
import { addCheck } from "./commands/check.ts";
import { addRegion } from "./commands/region.ts";
import { exportBatches } from "./commands/export.ts";
import { runDemo } from "./commands/demo.ts";
import { runDev } from "./commands/dev.ts";
import { sendFile, type SendFileOptions } from "./send-file/send-file.ts";
import { showStatus } from "./commands/status.ts";
import { CliError } from "./exit/cli-error.ts";
import { countMissed } from "./send-file/count-missed.ts";
import { type CliConfig, PREFIX } from "./config.ts";
import type { ProducerPlace } from "./redis/connect-producer.ts";
import { EXIT_CODES } from "./exit/exit-codes.ts";
import { InterruptedError } from "./exit/interrupted-error.ts";
import { addMessageOptions, type MessageFlags, templateOf } from "./commands/message-options.ts";
import type { Output } from "./send-file/progress-bar.ts";
import { VolleyCommand } from "./commands/volley-command.ts";
import { readWithin } from "./commands/within-option.ts";

/** What a command works with. */
export type ProgramOptions = {
  readonly config: CliConfig;
  readonly output: Output;
  /** What is said beside an output that a program may read. @default process.stderr */
  readonly messages?: NodeJS.WritableStream;
  /** Aborts at Ctrl+C. */
  readonly signal: AbortSignal;
};

type SendFlags = MessageFlags & {
  readonly region?: string;
  readonly numberColumn?: string;
  readonly key?: string;
  readonly again?: true;
  readonly onlyNew?: true;
  readonly within?: string;
  readonly rejectedOut?: string;
  readonly force: boolean;
  readonly wait: boolean;
};

const EXIT_CODES_HELP = `
Exit codes:
  0    done; dev: ended by Ctrl+C
  1    not done, the sentence says why
  2    send: somebody with a valid number was not accepted (rejected, expired, canceled or unknown); check: not all are valid
  130  interrupted by Ctrl+C (128 and the number of the signal); what is on the queue goes on, also a cancel`;

const SEND_HELP = `
Lines without an international number are named and left out. Nobody gets the same text twice within a day: if somebody of the
file did, from whichever file, nothing is sent before you say --again or --only-new. Nothing is sent either where no worker has
ever worked on one of the regions, whose name may be mistyped: --force is for those whose workers you start later.
Exit code 0 when everybody else was accepted, 2 when not, 1 when nothing was sent; with --no-wait 0 when all is queued.

Example:
  volley send people.csv --from Volley --body 'Hi \${name}!' --region eu`;

const DEV_HELP = `
Its prefix is {volley-dev}, or what VOLLEY_PREFIX says where that has the word dev or demo in it. It prints what another
terminal exports to work with it.`;

type StackFlags = { readonly sharedRedis: boolean };

const SHARED_REDIS = [
  "--shared-redis",
  "use the Redis of REDIS_URL though it is on another machine or holds other queues, under a prefix of its own",
  false,
] as const;

/** The `volley` command. */
export function createProgram(options: ProgramOptions): Command {
  const program = new VolleyCommand("volley")
    .description("Sends one SMS to very many people, and never twice.")
    .version(ownVersion(), "--version")
    .addHelpText("after", EXIT_CODES_HELP)
    // It repeats what it does not know, and that may be a number in the place of an option.
    .configureOutput({ outputError: (text, write) => write(withoutNumbers(text)) })
    .exitOverride();
  addSend(program, options);
  addCheck(program, { ...options, place: placeOf(options), environment: options.config.environment });
  addStatus(program, options);
  addExport(program, options);
  addAfterSend(program, { ...options, place: placeOf(options) });
  addRegion(program, { place: placeOf(options), regions: options.config.regions, output: options.output });
  addStack(program, options);
  return program;
}

function addSend(program: Command, { config, output, signal }: ProgramOptions): void {
  const command = program
    .command("send")
    .description("send a CSV file, one send per region; every column may be used in the body as ${column}")
    .argument("<file.csv>", "with a heading line and a column of numbers");
  addMessageOptions(command)
    .option("--region <name>", "for lines without a region column; auto: by number, as VOLLEY_ROUTES_FILE says")
    .option("--column, --number-column <name>", "the column with the numbers, where its name does not say it alone")
    .option("--key <key>", "idempotency key; without one it is that of the file and the text")
    .addOption(new Option("--again", "send to those too who got the same text a while ago").conflicts("onlyNew"))
    .option("--only-new", "leave those out who got the same text a while ago")
    .option("--within <time>", "how far back is looked for them: 30m, 2h, 7d (default: 24h)")
    .option("--rejected-out <file.csv>", "a file for the rejected lines, each with the reason; it is overwritten")
    .option("--force", "send to a region, too, for which a worker is started only later", false)
    .option("--no-wait", "return as soon as everything is on the queue")
    .addHelpText("after", SEND_HELP)
    .action(async (file: string, flags: SendFlags) => {
      const { region, numberColumn, key, rejectedOut, force, wait } = flags;
      const options = {
        ...placeOf({ config, signal }),
        file,
        template: templateOf(flags),
        routesFile: config.routesFile,
        wait,
        isForced: force,
        output,
        signal,
        ...(region !== undefined && { region }),
        ...(numberColumn !== undefined && { numberColumn }),
        ...(key !== undefined && { key }),
        duplicates: duplicatesOf(flags),
        ...(rejectedOut !== undefined && { rejectedOut }),
      };
      await send(options);
    });
}

function duplicatesOf({ again, onlyNew, within }: SendFlags): NonNullable<SendFileOptions["duplicates"]> {
  return {
    ifFound: again ? "send" : onlyNew ? "skip" : "refuse",
    ...(within !== undefined && { withinMs: readWithin(within) }),
  };
}

async function send(options: SendFileOptions): Promise<void> {
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

type StatusFlags = {
  readonly region?: string;
  readonly json: boolean;
  readonly batches: boolean;
  readonly eta: boolean;
};

function addStatus(program: Command, { config, output, signal }: ProgramOptions): void {
  program
    .command("status")
    .description("where a send is, or its result")
    .argument("<id>", "of the send")
    .option("--region <name>", "for a job that another client added")
    .option("--eta", "when it is done, also where other sends wait before it, which takes Redis longer", false)
    .option("--batches", "the batch IDs too, one by one; export has all of them", false)
    .option("--json", "everything, for programs", false)
    .action(async (id: string, { region, json, batches, eta }: StatusFlags) => {
      await showStatus({
        ...placeOf({ config, signal }),
        id,
        asJson: json,
        isEtaAsked: eta,
        areBatchesShown: batches,
        output,
        ...(region !== undefined && { region }),
      });
    });
}

function addExport(program: Command, { config, output, messages = process.stderr, signal }: ProgramOptions): void {
  program
    .command("export")
    .description("the batch IDs of a send as CSV, however many there are: part,batch_id,recipients,accepted_at,…")
    .argument("<id>", "of the send")
    .option("--out <file.csv>", "a file instead of the terminal; it is overwritten")
    .option("--region <name>", "for a job that another client added")
    .action(async (id: string, { region, out }: { region?: string; out?: string }) => {
      const where = { ...(region !== undefined && { region }), ...(out !== undefined && { file: out }) };
      await exportBatches({ ...placeOf({ config, signal }), ...where, id, output, messages, signal });
    });
}

function addStack(program: Command, { config, output, signal }: ProgramOptions): void {
  const { environment, regions, directory, prefix, redisUrl, boardUser, boardPassword } = config;
  const stack = {
    environment,
    directory,
    boardUser,
    signal,
    say: (sentence: string) => void output.write(`${sentence}\n`),
    ...(redisUrl !== undefined && { redisUrl }),
    ...(boardPassword !== undefined && { boardPassword }),
  };
  program
    .command("dev")
    .description("run the whole stack on this machine: Redis, the emulated provider, a worker and the board")
    .option(...SHARED_REDIS)
    .addHelpText("after", DEV_HELP)
    .action(async ({ sharedRedis }: StackFlags) =>
      runDev({ ...stack, sharedRedis, regions, ports: "usual", ...(prefix !== undefined && { prefix }) }),
    );
  program
    .command("demo")
    .description("start the stack, send 10,000 people of a CSV in two regions, and stop it again")
    .option(...SHARED_REDIS)
    .action(async ({ sharedRedis }: StackFlags) =>
      runDemo({ ...stack, sharedRedis, output, regions: ["us", "eu"], ports: "any" }),
    );
}

function placeOf({ config, signal }: Pick<ProgramOptions, "config" | "signal">): ProducerPlace {
  const { redis, prefix = PREFIX, leadMs } = config;
  return { redis, prefix, leadMs, signal };
}

function ownVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  return String(Reflect.get(Object(manifest), "version"));
}
