import { parseArgs } from "node:util";

/** What the command was asked to do. */
export type ContainersArguments = { readonly recipients: number };

/** What `--help` prints. */
export const USAGE = `pnpm containers [options]
  --recipients N  people that are texted while a worker is cut off, another stopped and one killed (default 8000)

Builds docker/Dockerfile for every process, of this machine's own Node and packages, and runs them as containers: Redis, the
emulator, workers and the rest. Exit code 0: nobody lost, nobody twice; 1: not so; 3: not run, with the reason in one line.
`;

/** Reads the command line. @returns `null` when it asks for help @throws TypeError naming what is wrong */
export function readContainersArguments(args: readonly string[]): ContainersArguments | null {
  const { values } = parseArgs({
    args: args.filter((argument) => argument !== "--"),
    options: { recipients: { type: "string", default: "8000" }, help: { type: "boolean", default: false } },
  });
  if (values.help) return null;
  const recipients = /^\d{1,6}$/.test(values.recipients) ? Number(values.recipients) : 0;
  if (recipients < 1000 || recipients > 100_000) {
    throw new TypeError("--recipients: expected a whole number from 1000 to 100000");
  }
  return { recipients };
}
