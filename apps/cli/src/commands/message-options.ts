import type { Command } from "commander";
import type { Template } from "../people/sends-from-people.ts";

/** What is said about a message at the command line. */
export type MessageFlags = {
  readonly from: string;
  readonly body: string;
  readonly sendAt?: string;
  readonly expireAt?: string;
  readonly deliveryReport?: NonNullable<Template["delivery_report"]>;
  readonly callbackUrl?: string;
  readonly reference?: string;
};

/** Adds the options of a message, which are the same for whatever is done with it. */
export function addMessageOptions(command: Command): Command {
  return command
    .option("--from <sender>", "a number, a short code or at most 11 letters and digits")
    .option("--body <text>", "the message")
    .option("--send-at <time>", "ISO-8601, UTC without an offset")
    .option("--expire-at <time>", "ISO-8601; later than this nothing is sent")
    .option("--delivery-report <kind>", "none, summary, full, per_recipient or per_recipient_final")
    .option("--callback-url <url>", "where the provider reports to")
    .option("--reference <text>", "your own reference, at most 80 characters")
    .hook("preAction", requireMessage);
}

/** Looked at when every option is known: one that is mistyped is told before one that is missing because of it. */
function requireMessage(_command: Command, action: Command): void {
  const flags = action.opts<Partial<MessageFlags>>();
  const missing = flags.from === undefined ? "--from <sender>" : flags.body === undefined ? "--body <text>" : null;
  if (missing !== null) action.error(`error: required option '${missing}' not specified`);
}

/** The message that the flags describe, for everybody in a file. */
export function templateOf(flags: MessageFlags): Template {
  const { from, body, sendAt, expireAt, deliveryReport, callbackUrl, reference } = flags;
  return {
    from,
    body,
    ...(sendAt !== undefined && { send_at: sendAt }),
    ...(expireAt !== undefined && { expire_at: expireAt }),
    ...(deliveryReport !== undefined && { delivery_report: deliveryReport }),
    ...(callbackUrl !== undefined && { callback_url: callbackUrl }),
    ...(reference !== undefined && { client_reference: reference }),
  };
}
