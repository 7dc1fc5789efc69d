import { parseArgs } from "node:util";
import { wholeNumber } from "../stage/whole-number.ts";

/** What the command was asked to do. */
export type TopologiesArguments = {
  /** Names of topologies. */
  readonly only: readonly string[];
  /** People of the campaign. */
  readonly recipients: number;
  /** For how long Redis is left as it was struck, in seconds. */
  readonly seconds: number;
};

/** What `--help` prints. */
export function usageOf(names: readonly string[]): string {
  return `pnpm topologies [options]
  --only NAME,NAME  these topologies (default: all)
  --recipients N    people of the campaign, 2000 to 1000000 (default 40000)
  --seconds N       for how long Redis is left as it was struck, 1 to 60 (default 10)

topologies: ${names.join(", ")}
`;
}

/**
 * Reads the command line.
 *
 * @param names - of all topologies that there are
 * @returns `null` when it asks for help
 * @throws TypeError naming what is wrong
 */
export function readTopologiesArguments(args: readonly string[], names: readonly string[]): TopologiesArguments | null {
  const { values } = parseArgs({
    args: args.filter((argument) => argument !== "--"),
    options: {
      only: { type: "string" },
      recipients: { type: "string", default: "40000" },
      seconds: { type: "string", default: "10" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return null;
  const only = values.only === undefined ? names : values.only.split(",").map((name) => name.trim());
  const strange = only.filter((name) => !names.includes(name));
  if (strange.length > 0) {
    throw new TypeError(`--only: expected names of topologies (${names.join(", ")}), got ${JSON.stringify(strange)}`);
  }
  return {
    only: [...new Set(only)],
    recipients: wholeNumber("recipients", values.recipients, [2_000, 1_000_000]),
    seconds: wholeNumber("seconds", values.seconds, [1, 60]),
  };
}
