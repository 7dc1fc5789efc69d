import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type AcceptedBatch, isRoutedId } from "@volley/contract";
import type { BatchesPage, Producer } from "@volley/producer";
import type { Command } from "commander";
import { connectProducer } from "../redis/connect-producer.ts";
import { csvLine } from "../csv/csv-line.ts";
import { counted } from "../words/in-english.ts";
import type { CommandContext } from "./command-context.ts";

type Flags = { readonly region?: string; readonly out?: string };

/** How often it is said how far it is, in batches. */
const SAY_EVERY = 10_000;

/** The last one where a send went to several regions: each counts its parts from 0. */
const REGION_COLUMN = "region";

const HEADING = ["part", "batch_id", "recipients", "accepted_at", "adopted", "canceled"];

/** Adds `export`: the batches of a send as CSV, page by page, however many there are. */
export function addExport(program: Command, context: CommandContext): void {
  program
    .command("export")
    .summary("the batch IDs of a send as CSV")
    .description("the batch IDs of a send as CSV, however many there are: part,batch_id,recipients,accepted_at,…")
    .argument("<id>", "of the send")
    .option("--out <file.csv>", "a file instead of the terminal; it is overwritten")
    .option("--region <name>", "for a job that another client added")
    .action(async (id: string, flags: Flags) => exportBatches(id, flags, context));
}

/** How far it is, is said apart from the output. @throws ProducerError when there is no such send */
async function exportBatches(
  id: string,
  { region, out }: Flags,
  { place, output, messages, signal }: CommandContext,
): Promise<void> {
  const address = region === undefined ? {} : { region };
  await connectProducer(place, async (producer) => {
    const status = await producer.status(id, address);
    // Before the file is opened: a mistyped ID must not empty it.
    const first = await producer.batches(id, address);
    let count = 0;
    const onBatches = (batches: number): void => {
      const said = Math.floor(count / SAY_EVERY);
      count += batches;
      if (Math.floor(count / SAY_EVERY) > said) messages.write(`${counted(count, "batch", "batches")}\n`);
    };
    // Waits when whoever reads is slower: a million lines must not gather here.
    await pipeline(
      Readable.from(lines(producer, { id, address, first, onBatches })),
      out === undefined ? output : createWriteStream(out),
      { end: out !== undefined, signal },
    );
    messages.write(`${counted(count, "batch", "batches")}${status?.result ? "" : " so far: the send has not ended"}\n`);
  });
}

type Pages = {
  readonly id: string;
  readonly address: { readonly region?: string };
  readonly first: BatchesPage;
  readonly onBatches: (batches: number) => void;
};

async function* lines(
  producer: Pick<Producer, "batches">,
  { id, address, first, onBatches }: Pages,
): AsyncGenerator<string> {
  const isRouted = isRoutedId(id);
  yield csvLine(isRouted ? [...HEADING, REGION_COLUMN] : HEADING);
  for (let page = first; ; page = await producer.batches(id, { ...address, cursor: page.cursor })) {
    if (page.batches.length > 0)
      yield page.batches
        .map((batch) => csvLine([...fieldsOf(batch), ...(isRouted ? [batch.region ?? ""] : [])]))
        .join("");
    onBatches(page.batches.length);
    if (page.cursor === null) return;
  }
}

function fieldsOf({ part, id, recipients, accepted_at, adopted, canceled = false }: AcceptedBatch): string[] {
  return [part, id, recipients, accepted_at, adopted, canceled].map(String);
}
