import { parseArgs } from "node:util";

/** What the command was asked to do. */
export type FaultsArguments = {
  /** Names of faults. */
  readonly only: readonly string[];
  readonly atOnce: number;
  /** Where the workers' logs go; `null`: nowhere. */
  readonly logs: string | null;
};

/** What `--help` prints. */
export function usageOf(names: readonly string[]): string {
  return `pnpm faults [options]
  --only NAME,NAME  these faults (default: all)
  --at-once N       faults at once, each on a system of its own, 1 to 3 (default 3)
  --logs FOLDER     writes what the workers logged into files there

faults: ${names.join(", ")}
`;
}

/**
 * Reads the command line.
 *
 * @param names - of all faults that there are
 * @returns `null` when it asks for help
 * @throws TypeError naming what is wrong
 */
export function readFaultsArguments(args: readonly string[], names: readonly string[]): FaultsArguments | null {
  const { values } = parseArgs({
    args: args.filter((argument) => argument !== "--"),
    options: {
      only: { type: "string" },
      "at-once": { type: "string", default: "3" },
      logs: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return null;
  const only = values.only === undefined ? names : values.only.split(",").map((name) => name.trim());
  const strange = only.filter((name) => !names.includes(name));
  if (strange.length > 0) {
    throw new TypeError(`--only: expected names of faults (${names.join(", ")}), got ${JSON.stringify(strange)}`);
  }
  const atOnce = values["at-once"];
  if (!/^[1-3]$/.test(atOnce)) throw new TypeError(`--at-once: expected 1, 2 or 3, got ${JSON.stringify(atOnce)}`);
  return { only: [...new Set(only)], atOnce: Number(atOnce), logs: values.logs ?? null };
}
