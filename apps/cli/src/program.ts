import { withoutNumbers } from "@volley/contract";
import { ownPackage } from "@volley/runtime";
import { type Command, Option } from "commander";
import { addBoard } from "./tools/board.ts";
import { addCancel } from "./commands/cancel.ts";
import { addCheck } from "./commands/check.ts";
import type { CommandContext } from "./commands/command-context.ts";
import type { CliConfig } from "./redis/config.ts";
import { addDeliveries } from "./commands/deliveries.ts";
import { addDemo } from "./commands/demo.ts";
import { addDev } from "./commands/dev.ts";
import { addEvents } from "./commands/events.ts";
import { addExplain } from "./commands/explain.ts";
import { addExport } from "./commands/export.ts";
import { addForget } from "./commands/forget.ts";
import { addInbox } from "./commands/inbox.ts";
import { addKey } from "./commands/key.ts";
import { addRegion } from "./commands/region.ts";
import { addResolve } from "./commands/resolve.ts";
import { addRetry } from "./commands/retry.ts";
import { addSend } from "./commands/send.ts";
import { addStatus } from "./tools/status.ts";
import { addSuppress } from "./commands/suppress.ts";
import { addWebhook } from "./commands/webhook.ts";
import { VolleyCommand } from "./commands/volley-command.ts";
import { PREFIX } from "./redis/config.ts";
import { addCompletion } from "./tools/completion.ts";
import { addDoctor } from "./tools/doctor.ts";
import { addHelp } from "./tools/help.ts";
import { addList } from "./tools/list.ts";
import { addWatch } from "./tools/watch.ts";
import type { Output } from "./terminal/output.ts";
import { CliError } from "./exit/cli-error.ts";
import { EXIT_CODES } from "./exit/exit-codes.ts";
import { errorAsJson } from "./exit/explain-error.ts";
import { jsonMessages, type Messages } from "./exit/json-messages.ts";
import { paintFor } from "./terminal/paint.ts";
import { SELDOM } from "./exit/seldom.ts";

/** What the commands work with. */
export type ProgramOptions = {
  readonly config: CliConfig;
  readonly output: Output;
  /** What is said beside an output that a program may read. @default process.stderr */
  readonly messages?: Messages;
  /** Whether what is said beside an output, and errors, are JSON. @default false */
  readonly asJson?: boolean;
  /** Aborts at Ctrl+C. */
  readonly signal: AbortSignal;
};

const COMMANDS = [
  addSend,
  addCheck,
  addList,
  addStatus,
  addWatch,
  addExplain,
  addExport,
  addDeliveries,
  addInbox,
  addEvents,
  addCancel,
  addRetry,
  addResolve,
  addSuppress,
  addForget,
  addRegion,
  addWebhook,
  addKey,
  addBoard,
  addDev,
  addDemo,
  addDoctor,
  addCompletion,
  addHelp,
];

/** What a person needs on the first day; `--help` only names the others. */
const USUAL = new Set([
  "send",
  "check",
  "list",
  "status",
  "watch",
  "explain",
  "export",
  "cancel",
  "region",
  "dev",
  "demo",
  "help",
]);

const EXIT_CODES_HELP = `
Exit codes: 0 done; 1 not done, the sentence says why; 2 somebody was not accepted
(send, watch) or is not valid (check); 130 interrupted by Ctrl+C`;

/** The `volley` command. */
export function createProgram({ config, output, signal, asJson = false, ...options }: ProgramOptions): Command {
  const { messages: plain = process.stderr } = options;
  const messages = asJson ? jsonMessages(plain) : plain;
  const program = new VolleyCommand("volley")
    .description("Sends one SMS to very many people, and never twice.")
    .optionsGroup(SELDOM)
    .version(ownPackage(import.meta.url).version, "--version")
    .addHelpText("after", EXIT_CODES_HELP)
    // It repeats what it does not know, and that may be a number in the place of an option.
    .configureOutput({ outputError: (text, write) => write(asJson ? refusedAsJson(text) : withoutNumbers(text)) })
    .exitOverride();
  const { redis, stores, prefix = PREFIX, leadMs, suppressionSecret, proofS, optOutReplicas } = config;
  const context: CommandContext = {
    ...config,
    place: { redis, stores, prefix, leadMs, suppressionSecret, proofS, optOutReplicas, signal },
    output,
    messages,
    signal,
  };
  for (const add of COMMANDS) add(program, context);
  program.addHelpOption(new Option("-h, --help", "display help for command").helpGroup(SELDOM));
  for (const command of program.commands) if (!USUAL.has(command.name())) command.helpGroup(SELDOM);
  const warning = asJson ? "warning:" : paintFor(process.stderr).warn("warning:");
  program.hook("preAction", () => {
    for (const sentence of config.unread) messages.write(`${warning} ${sentence}\n`);
  });
  return program;
}

/** A command line that Commander has refused. */
function refusedAsJson(text: string): string {
  const error = new CliError(withoutNumbers(text.trimEnd().replace(/^error: /, "")));
  return `${JSON.stringify(errorAsJson(error, EXIT_CODES.failed))}\n`;
}
