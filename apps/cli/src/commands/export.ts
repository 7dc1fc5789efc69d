import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type AcceptedBatch, isRoutedId } from "@volley/contract";
import type { BatchesPage, Producer } from "@volley/producer";
import { connectProducer, type ProducerPlace } from "../redis/connect-producer.ts";
import { csvLine } from "../csv/csv-line.ts";
import { counted } from "../words/in-english.ts";

/** Which send's batches go where. */
export type ExportBatchesOptions = ProducerPlace & {
  readonly id: string;
  /** Needed for jobs that another client added. */
  readonly region?: string;
  /** A file, overwritten; without one, the output. */
  readonly file?: string;
  readonly output: NodeJS.WritableStream;
  /** How far it is, apart from the output: that may be read by a program. */
  readonly messages: NodeJS.WritableStream;
  readonly signal: AbortSignal;
};

/** How often it is said how far it is, in batches. */
const SAY_EVERY = 10_000;

/** The last one where a send went to several regions: each counts its parts from 0. */
const REGION_COLUMN = "region";

const HEADING = ["part", "batch_id", "recipients", "accepted_at", "adopted", "canceled"];

/**
 * Writes the batches of a send as CSV, page by page, however many there are.
 *
 * @throws ProducerError when there is no such send
 */
export async function exportBatches(options: ExportBatchesOptions): Promise<void> {
  const { id, region, file, output, messages, signal, ...place } = options;
  const address = region === undefined ? {} : { region };
  await connectProducer({ ...place, signal }, async (producer) => {
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
      file === undefined ? output : createWriteStream(file),
      { end: file !== undefined, signal },
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
