import { parseArgs } from "node:util";

/** What the command was asked to do. */
export type WayBackArguments = {
  readonly recipients: number;
  readonly seed: number;
  /** When Redis brings its append-only file to the disk. */
  readonly fsync: "always" | "everysec";
};

/** What `--help` prints. */
export const USAGE = `pnpm way-back [options]
  --recipients N  how many people are sent to and reported on (default 200000)
  --seed N        which messages fail, and whose reports come early or twice (default 1)
  --fsync WHEN    always, or everysec: a Redis that is killed may lose its last second (default always)
`;

/** Reads the command line. @returns `null` when it asks for help @throws TypeError naming what is wrong */
export function readWayBackArguments(args: readonly string[]): WayBackArguments | null {
  const { values } = parseArgs({
    args: args.filter((argument) => argument !== "--"),
    options: {
      recipients: { type: "string", default: "200000" },
      seed: { type: "string", default: "1" },
      fsync: { type: "string", default: "always" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return null;
  const { fsync } = values;
  if (fsync !== "always" && fsync !== "everysec")
    throw new TypeError(`--fsync: expected always or everysec, got ${JSON.stringify(fsync)}`);
  return {
    recipients: whole("recipients", values.recipients, 100, 2_000_000),
    seed: whole("seed", values.seed, 0, 1e9),
    fsync,
  };
}

function whole(name: string, text: string, smallest: number, largest: number): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : NaN;
  if (value >= smallest && value <= largest) return value;
  throw new TypeError(`--${name}: expected a whole number from ${smallest} to ${largest}, got ${JSON.stringify(text)}`);
}
