import type { Command } from "commander";
import { CliError } from "../exit/cli-error.ts";
import { connectProducer } from "../redis/connect-producer.ts";
import { describeStatus } from "../words/describe-status.ts";
import { paintFor } from "../terminal/paint.ts";
import type { CommandContext } from "../commands/command-context.ts";

type Flags = {
  readonly region?: string;
  readonly json: boolean;
  readonly batches: boolean;
  readonly eta: boolean;
};

/** Adds `status`: where a send is, or its result. */
export function addStatus(program: Command, context: Pick<CommandContext, "place" | "output">): void {
  program
    .command("status")
    .description("where a send is, or its result")
    .argument("<id>", "of the send")
    .option("--region <name>", "for a job that another client added")
    .option("--eta", "when it is done, also where other sends wait before it, which takes Redis longer", false)
    .option("--batches", "the batch IDs too, one by one; export has all of them", false)
    .option("--json", "everything, for programs", false)
    .action(async (id: string, flags: Flags) => showStatus(id, flags, context));
}

/** @throws CliError when there is no such send */
async function showStatus(
  id: string,
  { region, json, batches, eta }: Flags,
  { place, output }: Pick<CommandContext, "place" | "output">,
): Promise<void> {
  const where = region === undefined ? {} : { region };
  const status = await connectProducer(place, async (producer) => producer.status(id, { eta, ...where }));
  if (status === null) throw new CliError(`${id}: there is no such send, or its result is no longer kept`);
  const lines = json
    ? [JSON.stringify(status, null, 2)]
    : describeStatus(status, { areBatchesShown: batches, paint: paintFor(output), now: new Date() });
  output.write(`${lines.join("\n")}\n`);
}
