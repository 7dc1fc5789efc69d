import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as wait } from "node:timers/promises";
import { EVENT_TYPES, type EventsOptions, type EventsPage, type EventType, type Producer } from "@volley/producer";
import type { Command } from "commander";
import { CliError } from "../exit/cli-error.ts";
import { AWAY, unlessAway } from "../exit/unless-away.ts";
import { connectProducer } from "../redis/connect-producer.ts";
import { describeEvent } from "../way-back/describe-event.ts";
import type { CommandContext } from "./command-context.ts";
import { readSince } from "../exit/within-option.ts";

type Flags = { readonly types?: string; readonly since?: string; readonly json?: true };

/** How often it is looked whether something has happened, in milliseconds. */
const LOOK_MS = 500;

/** Adds `events`: what has happened, and what happens. */
export function addEvents(program: Command, context: CommandContext): void {
  const events = program.command("events").description("what has happened: sends that have ended, reports, answers, …");
  const add = (name: string, description: string, follow: boolean): void => {
    events
      .command(name)
      .description(description)
      .option("--types <types>", "of these types alone, separated by commas")
      .option("--since <time>", `written down then or later: a time as ISO-8601, or 30m, 2h, 7d ago`)
      .option("--json", "each as JSON in a line of its own, whole: with numbers and texts")
      .action(async (flags: Flags) => showEvents(flags, follow, context));
  };
  add("list", "those that are kept, the oldest first", false);
  add("tail", "those that come from now on, until Ctrl+C; with --since also earlier ones", true);
}

async function showEvents(
  { types, since, json }: Flags,
  follow: boolean,
  { place, output, messages, signal }: CommandContext,
): Promise<void> {
  const now = new Date();
  const from = since === undefined ? follow && now.toISOString() : readSince(since, now);
  const wanted = { ...(types !== undefined && { types: typesIn(types) }), ...(from !== false && { since: from }) };
  await connectProducer(place, async (producer) => {
    const lines = async function* (): AsyncGenerator<string> {
      for await (const { events, dropped } of pagesOf(producer, wanted, { follow, signal, messages })) {
        if (dropped)
          messages.write(`warning: events between ${dropped.from} and ${dropped.to} are not kept any more\n`);
        yield events.map((event) => `${json ? JSON.stringify(event) : describeEvent(event)}\n`).join("");
      }
    };
    await pipeline(Readable.from(lines()), output, { end: false });
  });
}

/** Until everything is read; of `follow` until it is interrupted, which is its only end. */
async function* pagesOf(
  producer: Pick<Producer, "events">,
  wanted: EventsOptions,
  { follow, signal, messages }: { readonly follow: boolean } & Pick<CommandContext, "signal" | "messages">,
): AsyncGenerator<EventsPage> {
  let cursor: string | null = null;
  let isAway = false;
  while (!signal.aborted) {
    const query: EventsOptions = cursor === null ? wanted : { ...wanted, cursor };
    const page: EventsPage | null = await unlessAway(producer.events(query), {
      isFollowed: follow && cursor !== null,
      signal,
    });
    if (page === null && !isAway) messages.write(AWAY);
    isAway = page === null;
    if (page !== null) {
      cursor = page.later;
      if (page.events.length > 0 || page.dropped) yield page;
      if (page.cursor !== null) continue;
      if (!follow) return;
    }
    await wait(LOOK_MS, undefined, { signal }).catch(() => {});
  }
}

/** @throws CliError for what is no type */
function typesIn(text: string): EventType[] {
  const types = text.split(",").map((type) => type.trim());
  const known = EVENT_TYPES.filter((type) => types.includes(type));
  if (known.length < new Set(types).size) throw new CliError(`--types: expected some of ${EVENT_TYPES.join(", ")}`);
  return known;
}
