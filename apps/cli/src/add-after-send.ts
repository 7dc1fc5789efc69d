import type { Enqueued, Producer } from "@volley/producer";
import { type Command, Option } from "commander";
import { CliError } from "./cli-error.ts";
import { connectProducer, type ProducerPlace } from "./connect-producer.ts";
import { people } from "./in-english.ts";

/** What the commands after a send work with. */
export type AfterSendOptions = { readonly place: ProducerPlace; readonly output: NodeJS.WritableStream };

type Flags = { readonly region?: string; readonly expireAt?: string };

const RESOLVE_HELP = `
Recipients are unknown when the provider may have texted them and could not be asked until the send expired.
Find out at the provider, then say how it was: --sent counts them as accepted, --not-sent sends to them once more.`;

/** Adds `cancel`, `retry` and `resolve`: what can be done about a send that is on its way or has ended. */
export function addAfterSend(program: Command, { place, output }: AfterSendOptions): void {
  const say = (sentence: string): void => void output.write(`${sentence}\n`);
  command(program, "cancel", "stop a send; nothing of it is sent after the answer").action(
    async (id: string, { region }: Flags) => {
      const { stopped, tooLate, unknown } = await connectProducer(place, async (producer) =>
        producer.cancel(id, regionOf(region)),
      );
      say(`${id}: ${people(stopped)} stopped, ${people(tooLate)} too late, ${people(unknown)} unknown`);
    },
  );
  command(program, "retry", "send once more to those whom a send certainly did not reach")
    .option("--expire-at <time>", "ISO-8601; needed when the first one has passed")
    .action(async (id: string, { region, expireAt }: Flags) => {
      const options = { ...regionOf(region), changes: changesOf(expireAt) };
      say(linked(id, await connectProducer(place, async (producer) => producer.retry(id, options))));
    });
  command(program, "resolve", "say what became of recipients about whom nobody knows")
    .addOption(new Option("--sent", "they were texted").conflicts("notSent"))
    .addOption(new Option("--not-sent", "they were not: send to them once more"))
    .option("--expire-at <time>", "ISO-8601; needed with --not-sent when the first one has passed")
    .addHelpText("after", RESOLVE_HELP)
    .action(async (id: string, flags: Flags & { readonly sent?: true; readonly notSent?: true }) => {
      const decision = decisionOf(flags);
      const options = { ...regionOf(flags.region), changes: changesOf(flags.expireAt) };
      const again = await connectProducer(place, async (producer) => producer.resolve(id, decision, options));
      say(again ? linked(id, again) : `${id}: resolved, they count as accepted`);
    });
}

function command(program: Command, name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .argument("<id>", "of the send")
    .option("--region <name>", "for a job that another client added");
}

function decisionOf({ sent, notSent }: { readonly sent?: true; readonly notSent?: true }): "sent" | "not_sent" {
  if (!sent && !notSent) throw new CliError("expected --sent or --not-sent, got neither");
  return sent ? "sent" : "not_sent";
}

function regionOf(region: string | undefined): { region?: string } {
  return region === undefined ? {} : { region };
}

function changesOf(expireAt: string | undefined): NonNullable<Parameters<Producer["retry"]>[1]>["changes"] & object {
  return expireAt === undefined ? {} : { expire_at: expireAt };
}

function linked(id: string, { id: again, region, recipients, alreadyEnqueued }: Enqueued): string {
  const whom = `${people(recipients.valid)} of ${id}`;
  return alreadyEnqueued ? `${again}: ${whom} were enqueued before` : `${again}: ${whom} enqueued in ${region}`;
}
