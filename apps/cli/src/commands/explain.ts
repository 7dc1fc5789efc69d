import type { Command } from "commander";
import { CliError } from "../exit/cli-error.ts";
import { connectProducer } from "../redis/connect-producer.ts";
import { timeInWords } from "../words/time-in-words.ts";
import type { CommandContext } from "./command-context.ts";

type Flags = { readonly region?: string; readonly json: boolean };

/** Adds `explain`: why a send has not been sent, in one sentence. */
export function addExplain(program: Command, context: Pick<CommandContext, "place" | "output">): void {
  program
    .command("explain")
    .summary("why a send waits, or what it came to")
    .description("why a send has not been sent, or what it came to, in one sentence")
    .argument("<id>", "of the send")
    .option("--region <name>", "for a job that another client added")
    .option("--json", "the reason as a word, since when and until when, for programs", false)
    .action(async (id: string, flags: Flags) => explain(id, flags, context));
}

/** @throws CliError when there is no such send */
async function explain(
  id: string,
  { region, json }: Flags,
  { place, output }: Pick<CommandContext, "place" | "output">,
): Promise<void> {
  const where = region === undefined ? {} : { region };
  const explained = await connectProducer(place, async (producer) => producer.explain(id, where));
  if (explained === null) throw new CliError(`${id}: there is no such send, or its result is no longer kept`);
  const { sentence, until } = explained;
  const when = until === null ? "" : ` (until ${timeInWords(until, new Date())})`;
  output.write(json ? `${JSON.stringify(explained, null, 2)}\n` : `${id}: ${sentence}${when}\n`);
}
