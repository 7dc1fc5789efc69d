import { withoutNumbers } from "@volley/contract";
import { ownPackage } from "@volley/runtime";
import type { Command } from "commander";
import { addCancel } from "./commands/cancel.ts";
import { addCheck } from "./commands/check.ts";
import type { CliConfig, CommandContext } from "./commands/command-context.ts";
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
import { PREFIX } from "./config.ts";
import { addCompletion } from "./tools/completion.ts";
import { addDoctor } from "./tools/doctor.ts";
import { addList } from "./tools/list.ts";
import { addWatch } from "./tools/watch.ts";
import type { Output } from "./send-file/progress-bar.ts";

/** What the commands work with. */
export type ProgramOptions = {
  readonly config: CliConfig;
  readonly output: Output;
  /** What is said beside an output that a program may read. @default process.stderr */
  readonly messages?: NodeJS.WritableStream;
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
  addDev,
  addDemo,
  addDoctor,
  addCompletion,
];

const EXIT_CODES_HELP = `
Exit codes:
  0    done; dev and events tail: ended by Ctrl+C
  1    not done, the sentence says why
  2    send: somebody with a valid number was not accepted (rejected, expired, canceled or unknown); check: not all are valid
  130  interrupted by Ctrl+C (128 and the number of the signal); what is on the queue goes on, also a cancel`;

/** The `volley` command. */
export function createProgram({ config, output, messages = process.stderr, signal }: ProgramOptions): Command {
  const program = new VolleyCommand("volley")
    .description("Sends one SMS to very many people, and never twice.")
    .version(ownPackage(import.meta.url).version, "--version")
    .addHelpText("after", EXIT_CODES_HELP)
    // It repeats what it does not know, and that may be a number in the place of an option.
    .configureOutput({ outputError: (text, write) => write(withoutNumbers(text)) })
    .exitOverride();
  const { redis, prefix = PREFIX, leadMs, suppressionSecret, proofS, optOutReplicas } = config;
  const context: CommandContext = {
    ...config,
    place: { redis, prefix, leadMs, suppressionSecret, proofS, optOutReplicas, signal },
    output,
    messages,
    signal,
  };
  for (const add of COMMANDS) add(program, context);
  program.hook("preAction", () => {
    for (const sentence of config.unread) messages.write(`warning: ${sentence}\n`);
  });
  return program;
}
