import { LIST_STATES, type ListOptions, type ListPage, type Producer } from "@volley/producer";
import { type Command, Option } from "commander";
import { CliError } from "../exit/cli-error.ts";
import { readSince } from "../exit/within-option.ts";
import { connectProducer } from "../redis/connect-producer.ts";
import { columnsOf } from "../terminal/output.ts";
import { paintFor } from "../terminal/paint.ts";
import { listLines } from "./list-lines.ts";
import type { CommandContext } from "../commands/command-context.ts";

type Flags = {
  readonly region?: string;
  readonly state?: NonNullable<ListOptions["state"]>;
  readonly label?: string;
  readonly from?: string;
  readonly since?: string;
  readonly until?: string;
  readonly limit: number;
  readonly cursor?: string;
  readonly json: boolean;
};

/** Sends that are shown where nobody says how many: they fit a screen. */
const SHOWN = 20;

/** Pages that are read to find so many; each looks at thousands of rows. */
const MOST_PAGES = 200;

/** Adds `list`: the sends of the last days. */
export function addList(program: Command, { place, output, messages, signal }: CommandContext): void {
  program
    .command("list")
    .description("the sends of the last 30 days, the newest first")
    .option("--region <name>", "of this region; auto: those of several together")
    .addOption(new Option("--state <state>", `one of ${LIST_STATES.join(", ")}`).choices(LIST_STATES))
    .option("--label <text>", "with this very label")
    .option("--from <sender>", "of this sender")
    .option("--since <time>", "enqueued then or later: ISO-8601, or 30m, 2h, 7d ago")
    .option("--until <time>", "enqueued before then")
    .option("--limit <count>", "at most so many, up to 1,000", readLimit, SHOWN)
    .option("--cursor <cursor>", "those behind a page, which says it")
    .option("--json", "a page as JSON: { sends, cursor }", false)
    .action(async ({ json, since, until, ...flags }: Flags) => {
      const now = new Date();
      const wanted: ListOptions = {
        ...flags,
        ...(since !== undefined && { since: readSince(since, now) }),
        ...(until !== undefined && { until: readSince(until, now) }),
      };
      const page = await connectProducer(place, async (producer) => readList(producer, wanted, signal));
      if (json) return void output.write(`${JSON.stringify(page, null, 2)}\n`);
      const columns = output.isTTY ? columnsOf(output) : null;
      output.write(
        listLines(page.sends, { columns, paint: paintFor(output), now })
          .map((line) => `${line}\n`)
          .join(""),
      );
      if (page.sends.length === 0) messages.write("no send was found\n");
      if (page.cursor !== null) messages.write(`older ones: --cursor ${page.cursor}\n`);
    });
}

/** Goes on where a page ends before it has found so many. */
async function readList(
  producer: Pick<Producer, "list">,
  wanted: ListOptions & { readonly limit?: number },
  signal: AbortSignal,
): Promise<ListPage> {
  const { limit = SHOWN } = wanted;
  let page = await producer.list(wanted);
  for (let pages = 1; pages < MOST_PAGES && page.cursor !== null && page.sends.length < limit; pages += 1) {
    signal.throwIfAborted();
    const next = await producer.list({ ...wanted, cursor: page.cursor, limit: limit - page.sends.length });
    page = { sends: [...page.sends, ...next.sends], cursor: next.cursor };
  }
  return page;
}

/** @throws CliError for what is no count */
function readLimit(text: string): number {
  const count = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (count < 1 || count > 1_000) throw new CliError("--limit: expected a whole number from 1 to 1,000");
  return count;
}
