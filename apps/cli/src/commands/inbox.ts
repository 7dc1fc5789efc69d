import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as wait } from "node:timers/promises";
import type { InboundsPage, Producer } from "@volley/producer";
import type { Command } from "commander";
import { csvLine } from "../csv/csv-line.ts";
import { safeCell } from "../csv/safe-cell.ts";
import { connectProducer } from "../redis/connect-producer.ts";
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
    .option("--json", "each as JSON in a line of its own, as the producer gives it")
    .option("--out <file.csv>", "a file instead of the terminal; it is overwritten")
    .option("--follow", "goes on with those that come, until Ctrl+C")
    .option("--show-numbers", "whole numbers of phones in the terminal; --json and --out have them in any case")
    .action(async ({ region, from, to, since, json, out, follow, showNumbers }: Flags) => {
      const given = { region, from, to, since: since && readSince(since, new Date()) };
      const wanted = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
      await connectProducer(place, async (producer) => {
        // Before the file is opened: a mistake must not empty it.
        const first = await producer.inbounds(wanted);
        let count = 0;
        const inbounds = followed(producer, { wanted, first, follow, signal });
        const lines = async function* (): AsyncGenerator<string> {
          if (out !== undefined && !json) yield csvLine([...FIELDS, ...CONTENT, ...LINK]);
          for await (const inbound of inbounds) {
            count += 1;
            if (json) yield `${JSON.stringify(inbound)}\n`;
            else yield out === undefined ? `${describeInbound(inbound, showNumbers === true)}\n` : rowOf(inbound);
          }
        };
        const target = out === undefined ? output : createWriteStream(out);
        await pipeline(Readable.from(lines()), target, { end: out !== undefined, signal });
        messages.write(`${counted(count, "message", "messages")}\n`);
      });
    });
}

type Followed = {
  readonly wanted: Parameters<Producer["inbounds"]>[0];
  readonly first: InboundsPage;
  readonly follow: true | undefined;
  readonly signal: AbortSignal;
};

async function* followed(
  producer: Pick<Producer, "inbounds">,
  { wanted, first, follow, signal }: Followed,
): AsyncGenerator<Inbound> {
  for (let page = first; ; page = await producer.inbounds({ ...wanted, cursor: page.cursor ?? page.later })) {
    yield* page.inbounds;
    if (page.cursor !== null) continue;
    if (!follow) return;
    await wait(LOOK_MS, undefined, { signal });
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
