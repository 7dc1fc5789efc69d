import { kindOf, RATE_UNITS } from "@volley/contract";
import type { LimitChanges, RegionControl, RegionState } from "@volley/producer";
import type { Command } from "commander";
import { CliError } from "../exit/cli-error.ts";
import { connectProducer } from "../redis/connect-producer.ts";
import { describeRegion } from "../words/describe-region.ts";
import { paintFor } from "../terminal/paint.ts";
import { answer, JSON_OPTION, type JsonFlag } from "./answer.ts";
import type { CommandContext } from "./command-context.ts";
import { requireServed } from "../redis/require-served.ts";

type Flags = JsonFlag & {
  readonly rate?: string;
  readonly concurrency?: string;
  readonly unit?: string;
  readonly burstMs?: string;
  readonly urgentShare?: string;
  readonly force: boolean;
};

const SET_HELP = `
What is set here holds for all workers within about a second, and until "volley region reset", whatever their environment
says. --burst-ms trades: 50 is smooth, 5000 at 200 a second means whole batches of 1,000, one every 5 s.

Example:
  volley region set us --rate 200 --concurrency 5`;

/** Commands that need nothing but a region, and the call that each of them is. */
const SIMPLE = [
  ["reset", "let all limits be as the workers' environment says", "resetLimits"],
  ["pause", "send nothing more once the requests in flight are answered", "pause"],
  ["resume", "go on", "resume"],
] as const;

const FORCE = ["--force", "also a region on which no worker has ever worked", false] as const;

const CONSEQUENCE = "With --force it is changed all the same: workers that are started for it later find it so";

/** Adds `region`: limits of a region while its workers run. */
export function addRegion(program: Command, { place, regions, output }: CommandContext): void {
  const region = program.command("region").description("show, change, pause and resume a region");
  const add = (name: string, description: string): Command =>
    region
      .command(name)
      .description(description)
      .option(...JSON_OPTION);
  const tell = async (
    flag: JsonFlag & { readonly isList?: true },
    names: readonly string[],
    call: (control: RegionControl) => Promise<RegionState>,
    mayBeUnserved = true,
  ): Promise<void> => {
    const states = await connectProducer(place, async (producer) => {
      if (!mayBeUnserved) await requireServed(producer, names, CONSEQUENCE);
      return Promise.all(names.map(async (name) => call(producer.region(name))));
    });
    const lines = states.flatMap((state) => describeRegion(state, new Date(), paintFor(output)));
    answer(output, flag, { json: flag.isList ? states : states[0], lines });
  };
  add("show", "the limits of a region, and who has set them")
    .argument("[region]", "default: those of VOLLEY_REGIONS")
    .action(async (name: string | undefined, flag: JsonFlag) => {
      const names = name === undefined ? regions : [name];
      const isList = name === undefined ? ({ isList: true } as const) : {};
      await tell({ ...flag, ...isList }, names, async (control) => control.limits());
    });
  add("set", "set limits of a region")
    .argument("<region>")
    .option("--rate <number>", "recipients (or segments) per second over all workers; none for no pace")
    .option("--concurrency <requests>", "requests in flight over all workers")
    .option("--unit <unit>", "what the rate counts: recipients or segments")
    .option("--burst-ms <milliseconds>", "how much of the rate one request may take at once")
    .option("--urgent-share <share>", "share of the rate that urgent sends have to themselves, 0 to 1")
    .option(...FORCE)
    .addHelpText("after", SET_HELP)
    .action(async (name: string, flags: Flags) => {
      const changes = changesOf(flags);
      await tell(flags, [name], async (control) => control.setLimits(changes), flags.force);
    });
  for (const [command, description, method] of SIMPLE) {
    add(command, description)
      .argument("<region>")
      .option(...FORCE)
      .action(async (name: string, { force, ...flag }: JsonFlag & { readonly force: boolean }) => {
        await tell(flag, [name], async (control) => control[method](), force);
      });
  }
}

/** @throws CliError naming the option that is wrong */
function changesOf({ rate, concurrency, unit, burstMs, urgentShare }: Flags): LimitChanges {
  const changes = {
    rate: rate === "none" ? null : numberOf("--rate", rate, { from: 0.001, to: 1_000_000, or: "none" }),
    concurrency: numberOf("--concurrency", concurrency, { from: 1, to: 10_000, isWhole: true }),
    burstMs: numberOf("--burst-ms", burstMs, { from: 1, to: 60_000, isWhole: true }),
    urgentShare: numberOf("--urgent-share", urgentShare, { from: 0, to: 1 }),
    rateUnit: unitOf(unit),
  };
  if (Object.values(changes).every((value) => value === undefined)) {
    throw new CliError("expected --rate, --concurrency, --unit, --burst-ms or --urgent-share, got none of them");
  }
  return changes;
}

type NumberRange = { readonly from: number; readonly to: number; readonly isWhole?: true; readonly or?: string };

function numberOf(
  option: string,
  text: string | undefined,
  { from, to, isWhole, or }: NumberRange,
): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  if (value >= from && value <= to && (!isWhole || Number.isInteger(value))) return value;
  const kind = `${isWhole ? "a whole number" : "a number"} from ${from} to ${to}${or === undefined ? "" : `, or ${or}`}`;
  throw new CliError(`${option}: expected ${kind}, got ${kindOf(text)}`);
}

function unitOf(text: string | undefined): LimitChanges["rateUnit"] {
  if (text === undefined || text === "recipients" || text === "segments") return text;
  throw new CliError(`--unit: expected recipients or segments, got ${kindOf(text, { words: RATE_UNITS })}`);
}
