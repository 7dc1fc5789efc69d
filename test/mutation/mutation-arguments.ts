import { parseArgs } from "node:util";
import { TARGETS, type Target } from "./targets.ts";

/** What the command was asked to do. */
export type MutationArguments = { readonly targets: readonly Target[]; readonly minutes: number };

/** What `--help` prints. */
export const USAGE = `pnpm mutate [files] [--minutes N]
  Changes files on which the guarantee hangs in many small ways and looks whether a test notices. What is committed is
  changed, in a place of its own.

  files        which ones (default all): ${TARGETS.map(({ name }) => name).join(", ")}
  --minutes N  begin no further file after so long (default 60)
`;

/** Reads the command line. @returns `null` when it asks for help @throws TypeError naming what is wrong */
export function readMutationArguments(args: readonly string[]): MutationArguments | null {
  const { values, positionals } = parseArgs({
    args: args.filter((argument) => argument !== "--"),
    allowPositionals: true,
    options: { minutes: { type: "string", default: "60" }, help: { type: "boolean", default: false } },
  });
  if (values.help) return null;
  const unknown = positionals.filter((name) => !TARGETS.some((target) => target.name === name));
  if (unknown.length > 0) throw new TypeError(`unknown: ${unknown.join(", ")}; --help lists the files`);
  const minutes = Number(values.minutes);
  if (!/^\d+$/.test(values.minutes) || minutes < 1)
    throw new TypeError("--minutes: expected a whole number, at least 1");
  const wanted = TARGETS.filter(({ name }) => positionals.includes(name));
  return { targets: positionals.length === 0 ? TARGETS : wanted, minutes };
}
