import type { Command } from "commander";
import { CliError } from "../exit/cli-error.ts";
import type { FileSource } from "./file-source.ts";
import type { Template } from "../people/sends-from-people.ts";
import { SELDOM } from "../exit/seldom.ts";

/** What is said about a message at the command line. */
type MessageFlags = {
  readonly from: string;
  readonly body: string;
  readonly sendAt?: string;
  readonly expireAt?: string;
  readonly deliveryReport?: NonNullable<Template["delivery_report"]>;
  readonly retryCodes?: string;
  readonly callbackUrl?: string;
  readonly reference?: string;
  readonly label?: string;
};

/** What is said about a file and the message to everybody in it. */
export type FileFlags = MessageFlags & { readonly region?: string; readonly numberColumn?: string };

/** Adds a file and a message, which are the same for whatever is done with them. */
export function addFileOptions(command: Command): Command {
  return command
    .argument("<file.csv>", "with a heading line and numbers; - is standard input")
    .option("--from <sender>", "a number, a short code or up to 11 characters")
    .option("--body <text>", "the message")
    .option("--send-at <time>", "ISO-8601, UTC without an offset")
    .option("--label <text>", "your own name for it, to find it again")
    .optionsGroup(SELDOM)
    .option("--expire-at <time>", "ISO-8601; later than this nothing is sent")
    .option("--delivery-report <kind>", "none, summary, full, per_recipient or per_recipient_final")
    .option("--retry-codes <codes>", "send once more to whose message fails so: temporary, or codes such as 201,404")
    .option("--callback-url <url>", "where the provider reports to")
    .option("--reference <text>", "your own reference, at most 80 characters")
    .option("--column, --number-column <name>", "the column with the numbers, where its name does not say it alone")
    .optionsGroup("Options:")
    .hook("preAction", requireMessage);
}

/** Looked at when every option is known: one that is mistyped is told before one that is missing because of it. */
function requireMessage(_command: Command, action: Command): void {
  const flags = action.opts<Partial<MessageFlags>>();
  const missing = flags.from === undefined ? "--from <sender>" : flags.body === undefined ? "--body <text>" : null;
  if (missing !== null) action.error(`error: required option '${missing}' not specified`);
}

/** The file and the message that the flags describe. */
export function sourceOf(file: string, flags: FileFlags): Omit<FileSource, "signal"> {
  const { region, numberColumn } = flags;
  return { file, template: templateOf(flags), region, numberColumn };
}

function templateOf(flags: MessageFlags): Template {
  const { from, body, sendAt, expireAt, deliveryReport, retryCodes, callbackUrl, reference, label } = flags;
  return {
    from,
    body,
    ...(sendAt !== undefined && { send_at: sendAt }),
    ...(expireAt !== undefined && { expire_at: expireAt }),
    ...(deliveryReport !== undefined && { delivery_report: deliveryReport }),
    ...(retryCodes !== undefined && { retry_codes: readRetryCodes(retryCodes) }),
    ...(callbackUrl !== undefined && { callback_url: callbackUrl }),
    ...(reference !== undefined && { client_reference: reference }),
    ...(label !== undefined && { label }),
  };
}

const CODES = /^\d+(?:\s*,\s*\d+)*$/;

/** @throws CliError when it is neither the word nor a list; which codes there may be, says the check of the send */
function readRetryCodes(text: string): NonNullable<Template["retry_codes"]> {
  const said = text.trim();
  if (said === "temporary") return said;
  if (CODES.test(said)) return said.split(",").map(Number);
  throw new CliError("--retry-codes: expected temporary, or codes such as 201,404, got something else");
}
