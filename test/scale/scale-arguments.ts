import { parseArgs } from "node:util";

/** What `--help` prints. */
export const USAGE = `pnpm scale [options]
  --check  measures on a real Redis what the simulation goes by; ends with 1 where it cost more than twice as much
`;

/** Reads the command line. @returns `null` when it asks for help @throws TypeError naming what is wrong */
export function readScaleArguments(args: readonly string[]): { readonly check: boolean } | null {
  const { values } = parseArgs({
    args: args.filter((argument) => argument !== "--"),
    options: { check: { type: "boolean", default: false }, help: { type: "boolean", default: false } },
  });
  return values.help ? null : values;
}
