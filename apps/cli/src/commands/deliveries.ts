import type { Producer } from "@volley/producer";
import type { Command } from "commander";
import { csvLine } from "../csv/csv-line.ts";
import { JSON_LINES_OPTION, jsonLine, OUT_OPTION, type OutFlags, writeLines } from "../csv/write-lines.ts";
import { connectProducer } from "../redis/connect-producer.ts";
import { people } from "../words/in-english.ts";
import type { CommandContext } from "./command-context.ts";

type Page = Awaited<ReturnType<Producer["deliveries"]>>;

const HEADING = ["recipient", "batch_id", "status", "code", "at", "is_final"];

/** Adds `deliveries`: what became of the messages to everybody whom the provider has reported on, as CSV. */
export function addDeliveries(program: Command, { place, output, messages, signal }: CommandContext): void {
  program
    .command("deliveries")
    .description("what became of whom, as the provider reports: recipient,batch_id,status,code,at,is_final")
    .argument("<id>", "of the send")
    .option(...OUT_OPTION)
    .option(...JSON_LINES_OPTION)
    .option("--region <name>", "for a job that another client added")
    .action(async (id: string, { region, out, json }: OutFlags & { readonly region?: string }) => {
      const address = region === undefined ? {} : { region };
      await connectProducer(place, async (producer) => {
        // Before the file is opened: a mistyped ID must not empty it.
        const first = await producer.deliveries(id, address);
        let count = 0;
        const next = async ({ cursor, deliveries }: Page): Promise<Page | null> => {
          count += deliveries.length;
          return cursor === null ? null : producer.deliveries(id, { ...address, cursor });
        };
        await writeLines(lines(first, next, json), { out, output, signal });
        messages.write(`${count > 0 ? people(count) : await whyNobody(producer, id, address)}\n`);
      });
    });
}

/** Why a send has nobody on whom the provider has reported. */
async function whyNobody(
  producer: Pick<Producer, "status">,
  id: string,
  address: { readonly region?: string },
): Promise<string> {
  const status = await producer.status(id, address);
  if (status?.delivery === null) return "nobody: no reports were asked for, and none came";
  if (typeof status?.delivery.last_at !== "string") return "nobody: no report has come yet";
  return `nobody: the reports that came name nobody, as summary does; volley status ${id} has the counts`;
}

async function* lines(first: Page, next: (page: Page) => Promise<Page | null>, asJson = false): AsyncGenerator<string> {
  if (!asJson) yield csvLine(HEADING);
  for (let page: Page | null = first; page !== null; page = await next(page)) {
    const { deliveries } = page;
    if (deliveries.length === 0) continue;
    yield deliveries.map(asJson ? jsonLine : lineOf).join("");
  }
}

function lineOf({
  recipient,
  batch_id: batchId,
  status,
  code,
  at,
  is_final: isFinal,
}: Page["deliveries"][number]): string {
  return csvLine([recipient, batchId, status, code === null ? "" : String(code), at, String(isFinal)]);
}
