import { isRegionName } from "@volley/contract";
import type { Endpoint, EndpointControl, Producer } from "@volley/producer";
import type { Command } from "commander";
import { CliError } from "../exit/cli-error.ts";
import { connectProducer } from "../redis/connect-producer.ts";
import { requireServed } from "../redis/require-served.ts";
import { describeEndpoint, describeReplay, describeSecret } from "../way-back/describe-endpoint.ts";
import { type Answer, answer, JSON_OPTION, type JsonFlag } from "./answer.ts";
import type { CommandContext } from "./command-context.ts";
import { readSince } from "../exit/within-option.ts";

type AddFlags = JsonFlag & { readonly types?: string; readonly region?: string; readonly force?: true };

type Call = (endpoints: EndpointControl, producer: Connected) => Promise<Answer>;

type Connected = Pick<Producer, "servedRegions" | "endpoints">;

const CONSEQUENCE = "Nothing is added; --force adds it all the same, for a region whose workers are started later.";

const HELP = `
Events are delivered by the worker and the webhooks, signed with the secret that "add" prints once.

Example:
  volley webhook add https://shop.example/volley --types send.settled
  volley webhook test ep_0123456789abcdef01234567`;

const ID = "<id>";

/** Commands that need nothing but an endpoint. */
const SIMPLE: readonly (readonly [string, string, (endpoints: EndpointControl, id: string) => Promise<Answer>])[] = [
  ["test", "have a test event sent now, and show what it is answered with", tested],
  [
    "rotate",
    "make a new secret; the old one signs beside it for 24 hours",
    async ({ rotate }, id) => withSecret(await rotate(id), true),
  ],
  ["enable", "go on delivering where it stopped", async ({ enable }, id) => shown(await enable(id))],
  [
    "disable",
    "deliver nothing more; events wait as long as they are kept",
    async ({ disable }, id) => shown(await disable(id)),
  ],
  ["remove", "forget an endpoint, and what waits for it", removed],
];

/** Adds `webhook`: where events are delivered to over HTTP. */
export function addWebhook(program: Command, { place, output }: CommandContext): void {
  const webhook = program
    .command("webhook")
    .description("where events are delivered to over HTTP")
    .addHelpText("after", HELP);
  const tell = async (flag: JsonFlag, call: Call): Promise<void> => {
    answer(output, flag, await connectProducer(place, async (producer) => call(producer.endpoints, producer)));
  };
  const add = (name: string, description: string): Command =>
    webhook
      .command(name)
      .description(description)
      .option(...JSON_OPTION);

  add("add", "deliver the events from now on to a URL; prints the secret")
    .argument("<url>", "https, or http within a private network")
    .option("--types <types>", "of these types alone, with commas between them")
    .option(
      "--region <names>",
      "of these regions alone, with commas between them; what happens in no region comes, too",
    )
    .option("--force", "also for a region on which no worker has ever worked")
    .action(async (url: string, flags: AddFlags) => tell(flags, async (_, producer) => added(producer, url, flags)));
  add("list", "all endpoints, and how they do").action(async (json: JsonFlag) => {
    await tell(json, async (endpoints) => {
      const all = await endpoints.list();
      return { json: all, lines: all.length === 0 ? ["there is no endpoint"] : all.flatMap(linesOf) };
    });
  });
  for (const [name, description, call] of SIMPLE) {
    add(name, description)
      .argument(ID)
      .action(async (id: string, json: JsonFlag) => tell(json, async (endpoints) => call(endpoints, id)));
  }
  add("replay", "deliver once more what has happened since a time, with the same IDs")
    .argument(ID)
    .requiredOption("--since <time>", "ISO-8601, or how long ago: 30m, 2h, 1d")
    .action(async (id: string, { since, ...json }: JsonFlag & { since: string }) => {
      const now = new Date();
      await tell(json, async ({ replay }) => {
        const replayed = await replay(id, { since: readSince(since, now) });
        return { json: replayed, lines: describeReplay(id, replayed, now) };
      });
    });
}

function listOf(text: string | undefined): string[] | undefined {
  return text?.split(",").map((entry) => entry.trim());
}

function linesOf(endpoint: Endpoint): string[] {
  return describeEndpoint(endpoint, new Date());
}

function shown(endpoint: Endpoint): Answer {
  return { json: endpoint, lines: linesOf(endpoint) };
}

function withSecret(
  { endpoint, secret }: { readonly endpoint: Endpoint; readonly secret: string },
  isRotated = false,
): Answer {
  return { json: { endpoint, secret }, lines: [...linesOf(endpoint), ...describeSecret(secret, isRotated)] };
}

/** @throws CliError for a region on which nobody has ever worked */
async function added(producer: Connected, url: string, { types, region, force }: AddFlags): Promise<Answer> {
  const regions = listOf(region);
  // Names that are none are refused with everything else that is wrong.
  const named = regions?.filter(isRegionName) ?? [];
  if (!force && named.length > 0) await requireServed(producer, named, CONSEQUENCE);
  return withSecret(await producer.endpoints.add({ url, types: listOf(types), regions }));
}

/** @throws CliError where the endpoint has not taken it */
async function tested(endpoints: EndpointControl, id: string): Promise<Answer> {
  const tried = await endpoints.test(id);
  const { ok, status, failure, ms } = tried;
  if (!ok) throw new CliError(`${id} has not taken a test event: ${failure}`);
  return {
    json: tried,
    lines: [`${id} has taken a test event: it answered ${status} after ${ms.toLocaleString("en")} ms`],
  };
}

async function removed(endpoints: EndpointControl, id: string): Promise<Answer> {
  await endpoints.remove(id);
  return { json: { id, removed: true }, lines: [`${id}: removed`] };
}
