import { createInterface } from "node:readline/promises";
import { normaliseRecipient } from "@volley/contract";
import type { Forgotten } from "@volley/producer";
import type { Command } from "commander";
import { CliError } from "../exit/cli-error.ts";
import { connectProducer } from "../redis/connect-producer.ts";
import { counted } from "../words/in-english.ts";
import type { CommandContext } from "./command-context.ts";

type Flags = { readonly yes?: true; readonly dryRun?: boolean; readonly json?: true };

const HELP = `
Sends that wait go to the others alone. Whoever is on the suppression list stays on it, under a hash.
What the provider has of them is not removed: ask it.

Examples:
  volley forget "+46 70 123 45 67" --dry-run
  volley forget "+46 70 123 45 67" --yes`;

/** What each kind is called. */
const KINDS: Readonly<Record<keyof Forgotten["found"], string>> = {
  queues: "sends and parts that have not ended",
  stages: "pieces of staged lists",
  results: "results of sends and of their parts",
  reports: "reports of the provider",
  reached: "notes of whom an answer answers",
  traces: "traces of texts",
  inbox: "messages of theirs",
  events: "events",
  event_jobs: "events as jobs",
  list: "entries of the suppression list, which stay under a hash",
  held: "messages that wait for a decision",
  proofs: "proofs and replies",
  waiting: "batches that wait at the provider, out of which they were taken",
};

const REASONS: Readonly<Record<keyof Forgotten["left"], string>> = {
  active: "a worker has them now",
  in_doubt: "the provider may have them, and is asked for these people first",
  waiting: "the provider is to send it later, and they can be taken out of it by their number alone",
  named: "their number is the ID of what has not ended",
};

/** Adds `forget`: removes a person from everything that is kept. */
export function addForget(program: Command, { place, output, messages, signal }: CommandContext): void {
  program
    .command("forget")
    .description("remove a person from everything that Volley keeps")
    .argument("<number>")
    .option("--yes", "without asking")
    .option("--dry-run", "says what there is, and removes nothing")
    .option("--json", "as JSON, as the producer gives it")
    .addHelpText("after", HELP)
    .action(async (number: string, { yes, dryRun = false, json }: Flags) => {
      if (!/^\d+$/.test(normaliseRecipient(number) ?? ""))
        throw new CliError("number: expected an international phone number");
      if (!dryRun && !yes) await requireYes(output, signal);
      const forgotten = await connectProducer(place, async (producer) => producer.forget(number, { dryRun }));
      output.write(json ? `${JSON.stringify(forgotten)}\n` : inWords(forgotten, dryRun));
      if (!dryRun) messages.write("The provider may keep them still: Volley has nothing removed there.\n");
      const left = total(forgotten.left);
      if (left > 0 && !dryRun) throw new CliError(`${counted(left, "record")} left; run the same command again later`);
    });
}

/** @throws CliError where nobody can be asked, or where the answer is not yes */
async function requireYes(output: CommandContext["output"], signal: AbortSignal): Promise<void> {
  if (!output.isTTY || !process.stdin.isTTY) throw new CliError("nothing is removed: --yes says that it is meant");
  const asked = createInterface({ input: process.stdin, output });
  try {
    const answer = await asked.question("Remove them from everything, for good? Type yes: ", { signal });
    if (answer.trim().toLowerCase() !== "yes") throw new CliError("nothing is removed");
  } finally {
    asked.close();
  }
}

function inWords({ found, left }: Forgotten, isDry: boolean): string {
  const [all, rest] = [lines(found, KINDS), lines(left, REASONS)];
  const verb = isDry ? "found" : "removed";
  return [
    ...(all.length === 0 ? [`nothing ${verb}`] : [`${verb}:`, ...all]),
    ...(rest.length === 0 ? [] : ["left:", ...rest]),
    "",
  ].join("\n");
}

function lines(counts: Readonly<Record<string, number>>, names: Readonly<Record<string, string>>): string[] {
  return Object.entries(counts).flatMap(([name, count]) => (count === 0 ? [] : [`  ${count} ${names[name] ?? name}`]));
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
