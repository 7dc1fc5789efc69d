import { parseArgs } from "node:util";

/** What the command was asked to do. */
export type ChaosArguments = {
  /** The first one. */
  readonly seed: number;
  readonly seeds: number;
  readonly seconds: number;
  readonly recipients: number;
  readonly faults: number;
  readonly redisKills: boolean;
  readonly atOnce: number;
  readonly isVerbose: boolean;
  readonly json: string | null;
};

/** What `--help` prints. */
export const USAGE = `pnpm chaos [options]
  --seed N        the first seed (default 1)
  --seeds N       how many seeds, one after the other (default 1)
  --seconds N     for how long each is struck (default 60)
  --recipients N  recipients of each, at least (default 20000)
  --faults N      strikes of each (default 38)
  --redis-kills   Redis is killed every four to eight seconds as well
  --at-once N     seeds that run at once, each on a system of its own (default 1)
  --verbose       print every strike as it happens
  --json FILE     write everything that is known about each seed
`;

/** Reads the command line. @returns `null` when it asks for help @throws TypeError naming what is wrong */
export function readChaosArguments(args: readonly string[]): ChaosArguments | null {
  const { values } = parseArgs({
    args: args.filter((argument) => argument !== "--"),
    options: {
      seed: { type: "string", default: "1" },
      seeds: { type: "string", default: "1" },
      seconds: { type: "string", default: "60" },
      recipients: { type: "string", default: "20000" },
      faults: { type: "string", default: "38" },
      "redis-kills": { type: "boolean", default: false },
      "at-once": { type: "string", default: "1" },
      verbose: { type: "boolean", default: false },
      json: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return null;
  return {
    seed: whole("seed", values.seed, 0, 4_294_967_295),
    seeds: whole("seeds", values.seeds, 1, 1_000),
    seconds: whole("seconds", values.seconds, 1, 3_600),
    recipients: whole("recipients", values.recipients, 1, 1_000_000),
    faults: whole("faults", values.faults, 0, 10_000),
    redisKills: values["redis-kills"],
    atOnce: whole("at-once", values["at-once"], 1, 16),
    isVerbose: values.verbose,
    json: values.json ?? null,
  };
}

function whole(name: string, text: string, smallest: number, largest: number): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : NaN;
  if (value >= smallest && value <= largest) return value;
  throw new TypeError(`--${name}: expected a whole number from ${smallest} to ${largest}, got ${JSON.stringify(text)}`);
}
