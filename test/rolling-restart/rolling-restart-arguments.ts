import { parseArgs } from "node:util";
import { wholeNumber } from "../stage/whole-number.ts";
import type { RollingTerms } from "./run-rolling-restart.ts";

/** What the command was asked to do. */
export type RollingRestartArguments = RollingTerms & { readonly isJson: boolean };

/** What `--help` prints. */
export const USAGE = `pnpm rolling-restart [options]
  --workers N      processes that are replaced, 1 to 8 (default 4)
  --recipients N   people of the campaign, 2000 to 1000000 (default 100000)
  --seconds N      for how long it lasts at its pace, 5 to 600 (default 60)
  --json           prints the report as JSON
`;

/** Reads the command line. @returns `null` when it asks for help @throws TypeError naming what is wrong */
export function readRollingRestartArguments(args: readonly string[]): RollingRestartArguments | null {
  const { values } = parseArgs({
    args: args.filter((argument) => argument !== "--"),
    options: {
      workers: { type: "string", default: "4" },
      recipients: { type: "string", default: "100000" },
      seconds: { type: "string", default: "60" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return null;
  return {
    workers: wholeNumber("workers", values.workers, [1, 8]),
    recipients: wholeNumber("recipients", values.recipients, [2_000, 1_000_000]),
    seconds: wholeNumber("seconds", values.seconds, [5, 600]),
    isJson: values.json,
  };
}
