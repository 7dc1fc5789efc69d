import type { Enqueued, Producer } from "@volley/producer";
import { type Command, Option } from "commander";
import { askUnlessInterrupted } from "../exit/ask-unless-interrupted.ts";
import { CliError } from "../exit/cli-error.ts";
import { connectProducer, type ProducerPlace } from "../redis/connect-producer.ts";
import { people } from "../words/in-english.ts";
import { InterruptedError } from "../exit/interrupted-error.ts";
import { isInterruption, unlessInterrupted } from "../exit/unless-interrupted.ts";

/** What the commands after a send work with. */
export type AfterSendOptions = {
  readonly place: ProducerPlace;
  readonly output: NodeJS.WritableStream;
  readonly signal: AbortSignal;
};

type Flags = { readonly region?: string; readonly expireAt?: string };

const RESOLVE_HELP = `
Recipients are unknown when the provider may have texted them and could not be asked until the send expired.
Find out at the provider, then say how it was: --sent counts them as accepted, --not-sent sends to them once more.`;

/** What is true when a decision is written down. The second step of the other one is the command's own. */
const RESOLVED = {
  sent: (id: string) => `the request is written down and will be done: volley status ${id} tells`,
  not_sent: () => "the decision is written down; the same command again sends to those who were not texted",
};

/**
 * Adds `cancel`, `retry` and `resolve`: what can be done about a send that is on its way or has ended. Interrupted, they
 * end at once and say what is true by then.
 */
export function addAfterSend(program: Command, options: AfterSendOptions): void {
  addCancel(program, options);
  addRetry(program, options);
  addResolve(program, options);
}

function addCancel(program: Command, { place, output, signal }: AfterSendOptions): void {
  command(program, "cancel", "stop a send; nothing of it is sent after the answer").action(
    async (id: string, { region }: Flags) => {
      const { stopped, tooLate, unknown } = await withProducer(place, signal, async (producer) =>
        askUnlessInterrupted(signal, {
          ask: async (wait) => producer.cancel(id, { ...regionOf(region), ...wait }),
          truth: `the request is written down and will be done: volley status ${id} tells how it ends`,
        }),
      );
      output.write(`${id}: ${people(stopped)} stopped, ${people(tooLate)} too late, ${people(unknown)} unknown\n`);
    },
  );
}

function addRetry(program: Command, { place, output, signal }: AfterSendOptions): void {
  command(program, "retry", "send once more to those whom a send certainly did not reach")
    .option("--expire-at <time>", "ISO-8601; needed when the first one has passed")
    .action(async (id: string, { region, expireAt }: Flags) => {
      const options = { ...regionOf(region), changes: changesOf(expireAt) };
      const again = await withProducer(place, signal, async (producer) => {
        return unlessInterrupted(signal, producer.retry(id, options)).catch((error: unknown) => {
          if (!isInterruption(error, signal)) throw error;
          throw new InterruptedError(error, "it may be enqueued or not; the same command again is safe, and tells");
        });
      });
      output.write(`${linked(id, again)}\n`);
    });
}

function addResolve(program: Command, { place, output, signal }: AfterSendOptions): void {
  command(program, "resolve", "say what became of recipients about whom nobody knows")
    .addOption(new Option("--sent", "they were texted").conflicts("notSent"))
    .addOption(new Option("--not-sent", "they were not: send to them once more"))
    .option("--expire-at <time>", "ISO-8601; needed with --not-sent when the first one has passed")
    .addHelpText("after", RESOLVE_HELP)
    .action(async (id: string, flags: Flags & { readonly sent?: true; readonly notSent?: true }) => {
      const decision = decisionOf(flags);
      const options = { ...regionOf(flags.region), changes: changesOf(flags.expireAt) };
      const again = await withProducer(place, signal, async (producer) =>
        askUnlessInterrupted(signal, {
          ask: async (wait) => producer.resolve(id, decision, { ...options, ...wait }),
          truth: RESOLVED[decision](id),
        }),
      );
      output.write(`${again ? linked(id, again) : `${id}: resolved, they count as accepted`}\n`);
    });
}

/** @throws InterruptedError before Redis was reached */
async function withProducer<T>(
  place: ProducerPlace,
  signal: AbortSignal,
  work: (producer: Producer) => Promise<T>,
): Promise<T> {
  return connectProducer({ ...place, signal }, work).catch((error: unknown) => {
    if (!isInterruption(error, signal)) throw error;
    throw new InterruptedError(error, "Redis was not reached, and nothing is written down");
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
