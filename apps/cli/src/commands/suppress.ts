import { isRegionName } from "@volley/contract";
import type { Producer, SuppressionEntry, SuppressionScope } from "@volley/producer";
import { Argument, type Command, Option } from "commander";
import { csvLine } from "../csv/csv-line.ts";
import { withFile } from "../csv/with-file.ts";
import { JSON_LINES_OPTION, jsonLine, OUT_OPTION, type OutFlags, writeLines } from "../csv/write-lines.ts";
import { CliError } from "../exit/cli-error.ts";
import { connectProducer } from "../redis/connect-producer.ts";
import { requireServed } from "../redis/require-served.ts";
import { countMaybe, describeHeld } from "../way-back/describe-held.ts";
import { describeProof } from "../way-back/describe-proof.ts";
import { importSuppressions } from "../way-back/import-suppressions.ts";
import { byWhom, scopeInWords, SUPPRESSION_COLUMNS, suppressionRow } from "../way-back/suppression-rows.ts";
import { counted } from "../words/in-english.ts";
import { answer, JSON_OPTION, type JsonFlag } from "./answer.ts";
import type { CommandContext } from "./command-context.ts";

type ScopeFlags = JsonFlag & { readonly sender?: string; readonly region?: string };

type EntryFlags = ScopeFlags & { readonly who?: string; readonly why?: string; readonly force?: true };

const CONSEQUENCE = "Nobody is added; --force adds them all the same, for a region whose workers are started later.";

const HELP = `
Whoever is on the list is left out of everything that is handed to the provider after the answer, and counted as suppressed.
An entry is for all, for one region (--region) or for one sender of yours (--sender).

Examples:
  volley suppress add "+46 70 123 45 67" --why "asked by mail"
  volley suppress import people.csv --sender 12015550123
  volley suppress proof "+46 70 123 45 67" --json
  volley suppress maybe decide "+46 70 123 45 67" no --all --by eva`;

/** Adds `suppress`: who must not be texted. */
export function addSuppress(program: Command, context: CommandContext): void {
  const suppress = program.command("suppress").description("who must not be texted").addHelpText("after", HELP);
  addAdding(suppress, context);
  addImporting(suppress, context);
  addAsking(suppress, context);
  addDeciding(suppress, context);
  addAccepting(suppress, context);
}

function addAdding(suppress: Command, { place, output }: CommandContext): void {
  withEntry(suppress.command("add").description("put numbers on the list").argument("<numbers...>")).action(
    async (numbers: string[], flags: EntryFlags) =>
      connectProducer(place, async (producer) => {
        await requireRegion(producer, flags);
        const { added, confirmed, known } = await producer.suppressions.add(numbers, entryOf(flags));
        const line = `${counted(added + confirmed, "number")} added, ${known} known before`;
        answer(output, flags, { json: { added, confirmed, known }, lines: [line] });
      }),
  );
  withScope(suppress.command("remove").description("take numbers off the list").argument("<numbers...>"))
    .option("--who <name>", "who takes them off, as their proof says")
    .option("--why <text>", "why")
    .action(async (numbers: string[], flags: EntryFlags) =>
      connectProducer(place, async ({ suppressions }) => {
        const { removed, absent } = await suppressions.remove(numbers, entryOf(flags));
        const line = `${counted(removed, "number")} removed, ${absent} not on the list`;
        answer(output, flags, { json: { removed, absent }, lines: [line] });
      }),
    );
}

function addImporting(suppress: Command, { place, output, messages, signal }: CommandContext): void {
  withEntry(
    suppress
      .command("import")
      .description("put everybody on the list whom a CSV file names")
      .argument(
        "<file.csv>",
        "with a heading, - is standard input; columns scope, kind, at, who and why are read, too; a line's own scope goes before --sender and --region",
      )
      .option("--column <name>", "of the numbers, where the heading does not tell"),
  ).action(async (given: string, { column, ...flags }: EntryFlags & { readonly column?: string }) =>
    connectProducer(place, async (producer) => {
      await requireRegion(producer, flags);
      const options = {
        who: "import",
        ...entryOf(flags),
        numberColumn: column,
        isForced: flags.force === true,
        signal,
      };
      const { added, known, wrong, lines } = await withFile(
        given,
        async (file) => importSuppressions(producer, file, options),
        { signal },
      );
      if (flags.json) output.write(`${JSON.stringify({ added, known, wrong, lines })}\n`);
      else messages.write(`${counted(added, "number")} added, ${known} known before\n`);
      if (wrong === 0) return;
      const told = lines.map(({ line, reason }) => `\n  line ${line}: ${reason}`).join("");
      const more = wrong > lines.length ? `\n  and ${wrong - lines.length} more` : "";
      throw new CliError(`${counted(wrong, "line")} left out, and all others taken:${told}${more}`);
    }),
  );
}

function addAccepting(suppress: Command, { place, output }: CommandContext): void {
  suppress
    .command("accept-list")
    .description("take the list as it is, after Redis has lost a newer one")
    .option(...JSON_OPTION)
    .action(async (flag: JsonFlag) =>
      connectProducer(place, async ({ suppressions }) => {
        await suppressions.acceptList();
        answer(output, flag, { json: { accepted: true }, lines: ["the list counts as it stands"] });
      }),
    );
}

function addAsking(suppress: Command, { place, output, messages, signal }: CommandContext): void {
  suppress
    .command("check")
    .description("whether a number is on the list, and why")
    .argument("<number>")
    .option("--json", "as JSON, as the producer gives it")
    .action(async (number: string, { json }: { readonly json?: true }) =>
      connectProducer(place, async ({ suppressions }) => {
        const entries = await suppressions.check(number);
        if (json) output.write(`${JSON.stringify(entries)}\n`);
        else output.write(entries.length === 0 ? "not on the list\n" : entries.map(inWords).join(""));
      }),
    );
  suppress
    .command("proof")
    .description("what was heard, withheld and too late")
    .argument("<number>")
    .option("--json", "as JSON, as the producer gives it")
    .action(async (number: string, { json }: { readonly json?: true }) =>
      connectProducer(place, async ({ suppressions }) => {
        const proof = await suppressions.proof(number);
        output.write(json ? `${JSON.stringify(proof)}\n` : describeProof(proof));
      }),
    );
  suppress
    .command("export")
    .description(`the whole list as CSV: ${SUPPRESSION_COLUMNS.join(",")}`)
    .option(...OUT_OPTION)
    .option(...JSON_LINES_OPTION)
    .action(async ({ out, json }: OutFlags) =>
      connectProducer(place, async ({ suppressions }) => {
        // Before the file is opened: a mistake must not empty it.
        const first = await suppressions.list();
        const told = { entries: 0, hashed: 0 };
        await writeLines(rows(suppressions, first, told, json), { out, output, signal });
        const hashed =
          told.hashed === 0 ? "" : `, ${told.hashed} with a hash in place of the number, which import takes`;
        messages.write(`${counted(told.entries, "entry", "entries")}${hashed}\n`);
      }),
    );
}

function addDeciding(suppress: Command, { place, output, messages }: CommandContext): void {
  const maybe = suppress.command("maybe").description("those whose answer may mean stop: a person decides");
  maybe
    .command("list")
    .description("who is held, and what they have said")
    .option("--json", "each as JSON in a line of its own, as the producer gives it")
    .option("--show-numbers", "whole numbers of phones in the terminal; --json has them in any case")
    .action(async ({ json, showNumbers }: { readonly json?: true; readonly showNumbers?: true }) =>
      connectProducer(place, async ({ suppressions: { held, list } }) => {
        let count = 0;
        for (let page = await held(); ; page = await held({ cursor: page.cursor })) {
          for (const each of page.held) {
            output.write(`${json ? JSON.stringify(each) : describeHeld(each, showNumbers === true)}\n`);
          }
          count += page.held.length;
          if (page.cursor === null) break;
        }
        const more = Math.max(0, (await countMaybe(list)) - count);
        const where = "without a message of theirs: volley suppress export has them, as maybe";
        messages.write(
          `${counted(count, "number")} held${more === 0 ? "" : `, and ${counted(more, "entry", "entries")} ${where}`}\n`,
        );
      }),
    );
  withScope(
    maybe
      .command("decide")
      .description(
        "stop: they are on the list as if they had said STOP, so that START takes them off; no: they are let go",
      )
      .argument("<number>")
      .addArgument(new Argument("<answer>", "stop or no").choices(["stop", "no"]))
      .addOption(new Option("--all", "for whatever the number is held").conflicts(["sender", "region"]))
      .requiredOption("--by <who>", "who decides")
      .option("--why <text>", "why, instead of the ID of the message"),
  ).action(async (number: string, said: "stop" | "no", flags: DecisionFlags) =>
    connectProducer(place, async ({ suppressions }) => {
      const decided = await decideAll(suppressions, number, said, flags);
      if (decided === 0) throw new CliError("nobody is held like that: volley suppress maybe list says who is");
      const line = said === "stop" ? "on the list, until they say START" : "not held any more";
      answer(output, flags, { json: { decided, answer: said }, lines: [line] });
    }),
  );
}

type DecisionFlags = ScopeFlags & { readonly all?: true; readonly by: string; readonly why?: string };

async function decideAll(
  { check, decide }: Producer["suppressions"],
  number: string,
  said: "stop" | "no",
  { all, by, why, ...flags }: DecisionFlags,
): Promise<number> {
  const one = scopeOf(flags);
  if (one === undefined && !all) throw new CliError("for whom: --sender <number>, --region <name> or --all");
  const held = (await check(number)).filter(({ kind }) => kind === "maybe").map(({ scope }) => scope);
  let decided = 0;
  for (const scope of one === undefined ? held : [one]) {
    const answered = await decide({ number, scope }, said, { who: by, ...(why !== undefined && { why }) });
    if (answered.decided) decided += 1;
  }
  return decided;
}

type Page = Awaited<ReturnType<Producer["suppressions"]["list"]>>;

async function* rows(
  { list }: Producer["suppressions"],
  first: Page,
  told: { entries: number; hashed: number },
  asJson = false,
): AsyncGenerator<string> {
  if (!asJson) yield csvLine(SUPPRESSION_COLUMNS);
  for (let page = first; ; page = await list({ cursor: page.cursor ?? "" })) {
    told.entries += page.entries.length;
    told.hashed += page.entries.filter(({ number }) => number === null).length;
    if (page.entries.length > 0) yield page.entries.map(asJson ? jsonLine : suppressionRow).join("");
    if (page.cursor === null) return;
  }
}

function inWords({ scope, kind, at, who, why }: SuppressionEntry): string {
  return `${scopeInWords(scope)}: ${kind}, ${at}${byWhom(who, why)}\n`;
}

/** One that is mistyped would keep nobody from being texted. @throws CliError naming those that there are */
async function requireRegion(producer: Producer, { region, force }: EntryFlags): Promise<void> {
  if (region !== undefined && isRegionName(region) && !force) await requireServed(producer, [region], CONSEQUENCE);
}

function withScope(command: Command): Command {
  return command
    .addOption(new Option("--sender <number>", "for one sender of yours alone").conflicts("region"))
    .option("--region <name>", "in one region alone")
    .option(...JSON_OPTION);
}

function withEntry(command: Command): Command {
  return withScope(command)
    .option("--force", "also for a region on which no worker has ever worked")
    .option("--who <name>", "who puts them in")
    .option("--why <text>", "why");
}

function scopeOf({ sender, region }: ScopeFlags): SuppressionScope | undefined {
  if (sender !== undefined) return { sender };
  return region === undefined ? undefined : { region };
}

function entryOf({ who, why, ...flags }: EntryFlags) {
  const scope = scopeOf(flags);
  return {
    ...(scope !== undefined && { scope }),
    ...(who !== undefined && { who }),
    ...(why !== undefined && { why }),
  };
}
