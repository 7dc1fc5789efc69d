import { type Command, Option } from "commander";
import { askUnlessInterrupted } from "../exit/ask-unless-interrupted.ts";
import { CliError } from "../exit/cli-error.ts";
import { afterSend, type AfterSendFlags, changesOf, linked, regionOf, withProducer } from "./after-send.ts";
import { answer } from "./answer.ts";
import type { CommandContext } from "./command-context.ts";

const HELP = `
Recipients are unknown when the provider may have texted them and could not be asked until the send expired.
Find out at the provider, then say how it was: --sent counts them as accepted, --not-sent sends to them once more.`;

/** What is true when a decision is written down. The second step of the other one is the command's own. */
const RESOLVED = {
  sent: (id: string) => `the request is written down and will be done: volley status ${id} tells`,
  not_sent: () => "the decision is written down; the same command again sends to those who were not texted",
};

/** Adds `resolve`: a person says what became of recipients about whom nobody knows. */
export function addResolve(program: Command, context: CommandContext): void {
  afterSend(program, "resolve", "say what became of recipients about whom nobody knows")
    .addOption(new Option("--sent", "they were texted").conflicts("notSent"))
    .addOption(new Option("--not-sent", "they were not: send to them once more"))
    .option("--expire-at <time>", "ISO-8601; needed with --not-sent when the first one has passed")
    .addHelpText("after", HELP)
    .action(async (id: string, flags: AfterSendFlags & { readonly sent?: true; readonly notSent?: true }) => {
      const decision = decisionOf(flags);
      const options = { ...regionOf(flags.region), changes: changesOf(flags.expireAt) };
      const again = await withProducer(context, async (producer) =>
        askUnlessInterrupted(context.signal, {
          ask: async (wait) => producer.resolve(id, decision, { ...options, ...wait }),
          truth: RESOLVED[decision](id),
        }),
      );
      const line = again ? linked(id, again) : `${id}: resolved, they count as accepted`;
      answer(context.output, flags, { json: { id, decision, send: again ?? null }, lines: [line] });
    });
}

function decisionOf({ sent, notSent }: { readonly sent?: true; readonly notSent?: true }): "sent" | "not_sent" {
  if (!sent && !notSent) throw new CliError("expected --sent or --not-sent, got neither");
  return sent ? "sent" : "not_sent";
}
