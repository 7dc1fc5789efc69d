import { type AcceptedBatch, isRoutedId } from "@volley/contract";
import type { BatchesPage, Producer } from "@volley/producer";
import type { Command } from "commander";
import { connectProducer } from "../redis/connect-producer.ts";
import { csvLine } from "../csv/csv-line.ts";
import { JSON_LINES_OPTION, jsonLine, OUT_OPTION, type OutFlags, writeLines } from "../csv/write-lines.ts";
import { counted } from "../words/in-english.ts";
import type { CommandContext } from "./command-context.ts";

type Flags = OutFlags & { readonly region?: string };

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
    .option(...OUT_OPTION)
    .option(...JSON_LINES_OPTION)
    .option("--region <name>", "for a job that another client added")
    .action(async (id: string, flags: Flags) => exportBatches(id, flags, context));
}

/** How far it is, is said apart from the output. @throws ProducerError when there is no such send */
async function exportBatches(
  id: string,
  { region, out, json = false }: Flags,
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
    await writeLines(lines(producer, { id, address, first, asJson: json, onBatches }), { out, output, signal });
    messages.write(`${counted(count, "batch", "batches")}${status?.result ? "" : " so far: the send has not ended"}\n`);
  });
}

type Pages = {
  readonly id: string;
  readonly address: { readonly region?: string };
  readonly first: BatchesPage;
  readonly asJson: boolean;
  readonly onBatches: (batches: number) => void;
};

async function* lines(
  producer: Pick<Producer, "batches">,
  { id, address, first, asJson, onBatches }: Pages,
): AsyncGenerator<string> {
  const isRouted = isRoutedId(id);
  if (!asJson) yield csvLine(isRouted ? [...HEADING, REGION_COLUMN] : HEADING);
  const lineOf = (batch: AcceptedBatch): string =>
    csvLine([...fieldsOf(batch), ...(isRouted ? [batch.region ?? ""] : [])]);
  for (let page = first; ; page = await producer.batches(id, { ...address, cursor: page.cursor })) {
    if (page.batches.length > 0) yield page.batches.map(asJson ? jsonLine : lineOf).join("");
    onBatches(page.batches.length);
    if (page.cursor === null) return;
  }
}

function fieldsOf({ part, id, recipients, accepted_at, adopted, canceled = false }: AcceptedBatch): string[] {
  return [part, id, recipients, accepted_at, adopted, canceled].map(String);
}
