import type { SendStatus } from "@volley/producer";
import type { Command } from "commander";
import type { CommandContext } from "../commands/command-context.ts";
import { CliError } from "../exit/cli-error.ts";
import { EXIT_CODES } from "../exit/exit-codes.ts";
import { connectProducer } from "../redis/connect-producer.ts";
import { followSends } from "../send-file/follow-sends.ts";
import { describeStatus } from "../words/describe-status.ts";
import { paintFor } from "../terminal/paint.ts";
import { createLiveLine } from "./live-line.ts";

type Flags = { readonly region?: string; readonly json: boolean };

/** What a send is divided into to tell how far it is: one in ten thousand of it. */
const WHOLE = 10_000;

/** Adds `watch`: follows a send to its end. */
export function addWatch(program: Command, context: CommandContext): void {
  program
    .command("watch")
    .summary("follow a send until it has ended")
    .description("follow a send until it has ended; exit code 0 when all of it was accepted, else 2")
    .argument("<id>", "of the send")
    .option("--region <name>", "for a job that another client added")
    .option("--json", "a line of JSON for each step, the last one with the result", false)
    .action(async (id: string, flags: Flags) => watchSend(id, flags, context));
}

async function watchSend(
  id: string,
  { region, json }: Flags,
  { place, output, signal }: CommandContext,
): Promise<void> {
  const where = region === undefined ? {} : { region };
  const line = createLiveLine(output, json);
  const status = await connectProducer(place, async (producer) => {
    const ask = async (): Promise<SendStatus | null> => {
      const found = await producer.status(id, where);
      if (found) line.show(found, new Date());
      return found;
    };
    const bar = { update: () => {}, say: line.say };
    try {
      const [last] = await followSends({ status: ask }, [{ id, recipients: WHOLE }], bar, signal);
      return last ?? null;
    } finally {
      line.end();
    }
  });
  if (status === null) throw new CliError(`${id}: there is no such send, or its result is no longer kept`);
  if (!json) output.write(`${describeStatus(status, { paint: paintFor(output), now: new Date() }).join("\n")}\n`);
  if (status.state === "failed") throw new CliError(`${id}: it has failed`);
  if (status.result?.state !== "accepted") {
    throw new CliError(`${id}: not everybody was accepted`, { exitCode: EXIT_CODES.notAllAccepted });
  }
}
