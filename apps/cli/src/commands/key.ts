import type { ApiKey, ApiKeyWithSecret, KeyControl, ListedKey } from "@volley/producer";
import type { Command } from "commander";
import { CliError } from "../exit/cli-error.ts";
import { connectProducer } from "../redis/connect-producer.ts";
import { type Answer, answer, JSON_OPTION, type JsonFlag } from "./answer.ts";
import type { CommandContext } from "./command-context.ts";

type CreateFlags = JsonFlag & {
  readonly name: string;
  readonly scopes: string;
  readonly regions?: string;
  readonly senders?: string;
  readonly perMinute?: string;
  readonly perDay?: string;
  readonly expires?: string;
};

type RotateFlags = JsonFlag & { readonly overlapHours: string; readonly expires?: string };

const HELP = `
Example:
  volley key create --name shop --scopes sends:write,sends:read --regions eu \\
    --senders Volley --per-minute 600 --per-day 100000 --expires 2027-01-01`;

const HOUR_MS = 3_600_000;

/** Adds `key`: who may use the HTTP API, and how much of it. */
export function addKey(program: Command, { place, output }: CommandContext): void {
  const key = program
    .command("key")
    .description("who may use the HTTP API: create, list, rotate, revoke")
    .addHelpText("after", HELP);
  const tell = async (flag: JsonFlag, call: (keys: KeyControl) => Promise<Answer>): Promise<void> => {
    answer(output, flag, await connectProducer(place, async ({ keys }) => call(keys)));
  };
  const add = (name: string, description: string): Command =>
    key
      .command(name)
      .description(description)
      .option(...JSON_OPTION);

  add("create", "make a key, and print it this once")
    .requiredOption("--name <name>", "what people know it by")
    .requiredOption("--scopes <scopes>", "what it is for, with commas between them, such as sends:write,sends:read")
    .option("--regions <names>", "for these regions alone")
    .option("--senders <senders>", "for these senders alone")
    .option("--per-minute <count>", "the most requests within a minute")
    .option("--per-day <count>", "the most recipients on a day (UTC)")
    .option("--expires <date>", "when it ends, such as 2027-01-01")
    .action(async (flags: CreateFlags) => tell(flags, async (keys) => shownOnce(await keys.create(optionsOf(flags)))));
  add("list", "all keys, and when they were used last; those that have ended, too, for 30 days").action(
    async (json: JsonFlag) => {
      await tell(json, async (keys) => {
        const all = await keys.list();
        return { json: all, lines: all.length === 0 ? ["there is no key"] : all.flatMap(linesOf) };
      });
    },
  );
  add("rotate", "make a new key for the same ID; the old one goes on for a while, unless it has ended")
    .argument("<id>", "of the key, or its name; of one that has ended the ID")
    .option("--overlap-hours <hours>", "for how long the old one goes on", "24")
    .option("--expires <date>", "when the new one ends, such as 2027-01-01")
    .action(async (id: string, { overlapHours, expires, ...json }: RotateFlags) => {
      const overlapMs = countOf("--overlap-hours", overlapHours) * HOUR_MS;
      const options = { overlapMs, ...(expires !== undefined && { expires }) };
      await tell(json, async (keys) => shownOnce(await keys.rotate(id, options), overlapHours));
    });
  add("revoke", "end a key for good, within seconds")
    .argument("<id>", "of the key, or its name")
    .action(async (id: string, json: JsonFlag) => {
      await tell(json, async (keys) => {
        const record = await keys.revoke(id);
        return { json: record, lines: [`${record.id}: revoked; no process takes it in two seconds from now`] };
      });
    });
}

function optionsOf({ name, scopes, regions, senders, perMinute, perDay, expires }: CreateFlags) {
  return {
    name,
    scopes: listOf(scopes) ?? [],
    regions: listOf(regions),
    senders: listOf(senders),
    perMinute: perMinute === undefined ? undefined : countOf("--per-minute", perMinute),
    perDay: perDay === undefined ? undefined : countOf("--per-day", perDay),
    expires,
  };
}

function listOf(text: string | undefined): string[] | undefined {
  return text?.split(",").map((entry) => entry.trim());
}

/** @throws CliError for what is no whole number */
function countOf(option: string, text: string): number {
  if (/^\d{1,12}$/.test(text)) return Number(text);
  throw new CliError(`${option}: expected a whole number, got something else`);
}

function shownOnce({ record, key }: ApiKeyWithSecret, overlapHours?: string): Answer {
  const before = overlapHours === undefined ? [] : [`  before      goes on for ${overlapHours} h, unless it had ended`];
  return { json: { key, record }, lines: [key, ...termsOf(record), ...before, "It is not shown again."] };
}

function linesOf(key: ListedKey): string[] {
  return [...termsOf(key, key.state), `  last used   ${key.last_used_at ?? "never"}`];
}

function termsOf(key: ApiKey, state = "active"): string[] {
  return [
    `${key.id}: ${key.name}, ${state}`,
    `  scopes      ${key.scopes.join(", ")}`,
    `  regions     ${key.regions?.join(", ") ?? "all"}`,
    `  senders     ${key.senders?.join(", ") ?? "all"}`,
    `  per minute  ${limitOf(key.per_minute)}`,
    `  per day     ${limitOf(key.per_day)}`,
    `  expires     ${key.expires_at ?? "never"}`,
  ];
}

function limitOf(count: number | null): string {
  return count?.toLocaleString("en") ?? "any number";
}
