import { parseArgs } from "node:util";

/** What the command was asked to do. */
export type BenchArguments = {
  /** Numbers or names of rows, in the order given; empty for all. */
  readonly rows: readonly string[];
  /** Measured rounds after one that warms up. */
  readonly rounds: number;
  /** What all amounts of work are multiplied with. */
  readonly scale: number;
  /** Whether Redis keeps an append-only file. */
  readonly isDurable: boolean;
  readonly json: string;
};

/** What `--help` prints, less the rows. */
export const USAGE = `pnpm bench [options]
  --rows A,B    rows to run, by number or name (default all)
  --rounds N    measured rounds after one that warms up (default 3)
  --quick       a tenth of all amounts of work; says little about thresholds
  --scale X     the same with another factor, from 0.0001 to 1
  --aof         Redis keeps an append-only file, synced every second
  --json FILE   where everything measured is written (default .volley/bench-result.json)
`;

/** A folder that git ignores. */
const DEFAULT_JSON = ".volley/bench-result.json";

const QUICK_SCALE = 0.1;

/** Reads the command line. @returns `null` when it asks for help @throws TypeError naming what is wrong */
export function readBenchArguments(args: readonly string[]): BenchArguments | null {
  const { values } = parseArgs({
    args: args.filter((argument) => argument !== "--"),
    options: {
      rows: { type: "string", default: "" },
      rounds: { type: "string", default: "3" },
      quick: { type: "boolean", default: false },
      scale: { type: "string" },
      aof: { type: "boolean", default: false },
      json: { type: "string", default: DEFAULT_JSON },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return null;
  return {
    rows: values.rows.split(",").flatMap((row) => (row.trim() === "" ? [] : [row.trim()])),
    rounds: roundsOf(values.rounds),
    scale: values.scale === undefined ? (values.quick ? QUICK_SCALE : 1) : scaleOf(values.scale),
    isDurable: values.aof,
    json: values.json,
  };
}

function roundsOf(text: string): number {
  const rounds = /^\d{1,3}$/.test(text) ? Number(text) : NaN;
  if (rounds >= 1 && rounds <= 100) return rounds;
  throw new TypeError(`--rounds: expected a whole number from 1 to 100, got ${JSON.stringify(text)}`);
}

function scaleOf(text: string): number {
  const scale = Number(text);
  if (scale >= 0.0001 && scale <= 1) return scale;
  throw new TypeError(`--scale: expected a number from 0.0001 to 1, got ${JSON.stringify(text)}`);
}
