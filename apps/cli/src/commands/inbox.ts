import { setTimeout as wait } from "node:timers/promises";
import type { InboundsPage, Producer } from "@volley/producer";
import type { Command } from "commander";
import { csvLine } from "../csv/csv-line.ts";
import { JSON_LINES_OPTION, OUT_OPTION, writeLines } from "../csv/write-lines.ts";
import { safeCell } from "../csv/safe-cell.ts";
import { CliError } from "../exit/cli-error.ts";
import { AWAY, unlessAway } from "../exit/unless-away.ts";
import { connectProducer } from "../redis/connect-producer.ts";
import { requireServed } from "../redis/require-served.ts";
import { contentOf, describeInbound, type Inbound, textOf } from "../way-back/describe-inbound.ts";
import { counted } from "../words/in-english.ts";
import type { CommandContext } from "./command-context.ts";
import { readSince } from "../exit/within-option.ts";

type Flags = {
  readonly region?: string;
  readonly from?: string;
  readonly to?: string;
  readonly since?: string;
  readonly json?: true;
  readonly out?: string;
  readonly follow?: true;
  readonly showNumbers?: true;
};

/** How often it is looked whether something has come, in milliseconds. */
const LOOK_MS = 1_000;

const FIELDS = ["id", "region", "type", "from", "to", "received_at"] as const;
const CONTENT = ["text", "data", "udh", "media"] as const;
const LINK = ["send_id", "client_reference", "batch_id", "unlinked"] as const;

/** Adds `inbox`: what people have answered. */
export function addInbox(program: Command, { place, output, messages, signal }: CommandContext): void {
  program
    .command("inbox")
    .description("what people have answered, the oldest first")
    .option("--region <name>", "of one region alone")
    .option("--from <number>", "of one phone alone")
    .option("--to <number>", "to one of your numbers alone")
    .option("--since <time>", "received then or later: a time as ISO-8601, or 30m, 2h, 7d ago")
    .option(...JSON_LINES_OPTION)
    .option(...OUT_OPTION)
    .option("--follow", "goes on with those that come, until Ctrl+C")
    .option("--show-numbers", "whole numbers of phones in the terminal; --json and --out have them in any case")
    .action(async ({ region, from, to, since, json, out, follow, showNumbers }: Flags) => {
      const given = {
        region,
        from: requireNumber("--from", from),
        to: requireNumber("--to", to),
        since: since && pastTime(since),
      };
      const wanted = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
      await connectProducer(place, async (producer) => {
        // Before the file is opened: a mistake must not empty it.
        const first = await producer.inbounds(wanted);
        if (region !== undefined && first.inbounds.length === 0 && first.cursor === null)
          await requireServed(producer, [region], "Nothing has come there.");
        let count = 0;
        const inbounds = followed(producer, { wanted, first, follow, signal, messages });
        const lines = async function* (): AsyncGenerator<string> {
          if (out !== undefined && !json) yield csvLine([...FIELDS, ...CONTENT, ...LINK]);
          for await (const inbound of inbounds) {
            count += 1;
            if (json) yield `${JSON.stringify(inbound)}\n`;
            else yield out === undefined ? `${describeInbound(inbound, showNumbers === true)}\n` : rowOf(inbound);
          }
        };
        // Its regular end where somebody follows: it ends by itself then.
        await writeLines(lines(), { out, output, signal: follow ? undefined : signal });
        messages.write(`${counted(count, "message", "messages")}\n`);
      });
    });
}

/** Digits, however they are written: a letter in them finds nobody. */
const NUMBER = /^[\d\s+().-]*\d[\d\s+().-]*$/;

/** @throws CliError for what is no number */
function requireNumber(option: string, number: string | undefined): string | undefined {
  if (number === undefined || NUMBER.test(number)) return number;
  throw new CliError(`${option}: expected a number in digits, got something else`);
}

/** @throws CliError for what is no time, or is still to come */
function pastTime(text: string): string {
  const now = new Date();
  const since = readSince(text, now);
  if (new Date(since) <= now) return since;
  throw new CliError("--since: expected a time that has been, got one to come");
}

type Followed = {
  readonly wanted: Parameters<Producer["inbounds"]>[0];
  readonly first: InboundsPage;
  readonly follow: true | undefined;
} & Pick<CommandContext, "signal" | "messages">;

async function* followed(
  producer: Pick<Producer, "inbounds">,
  { wanted, first, follow, signal, messages }: Followed,
): AsyncGenerator<Inbound> {
  let last = first;
  let page: InboundsPage | null = first;
  let isAway = false;
  for (;;) {
    if (signal.aborted && follow) return;
    if (page === null && !isAway) messages.write(AWAY);
    isAway = page === null;
    if (page !== null) {
      last = page;
      yield* page.inbounds;
      if (page.cursor === null && !follow) return;
    }
    if (page === null || page.cursor === null) await wait(LOOK_MS, undefined, { signal }).catch(() => {});
    const asked = producer.inbounds({ ...wanted, cursor: last.cursor ?? last.later });
    page = follow ? await unlessAway(asked, { isFollowed: true, signal }) : await asked;
  }
}

function rowOf(inbound: Inbound): string {
  const content = contentOf(inbound);
  return csvLine(
    [
      ...FIELDS.map((name) => textOf(inbound[name])),
      ...CONTENT.map((name) => (name === "media" ? content.media.join(" ") : content[name])),
      ...LINK.map((name) => textOf(inbound[name])),
    ].map(safeCell),
  );
}
