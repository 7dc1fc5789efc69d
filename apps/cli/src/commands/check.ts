import { kindOf } from "@volley/contract";
import type { Command } from "commander";
import { CliError } from "../exit/cli-error.ts";
import { checkFile } from "../check-file/check-file.ts";
import { describeCheck, describeTotal, type FileCheck } from "../words/describe-check.ts";
import { withFile } from "../csv/with-file.ts";
import { EXIT_CODES } from "../exit/exit-codes.ts";
import type { CommandContext } from "./command-context.ts";
import { addFileOptions, type FileFlags, sourceOf } from "../send-file/file-options.ts";

type Flags = FileFlags & {
  readonly price?: string;
  readonly dryRun: boolean;
  readonly json: boolean;
};

const HELP = `
Nothing is enqueued. Redis is asked for a region's limits, for people who got the same text within a day, and for those who are
on the suppression list, and need not be there. Recipients are named by the line of the file, never by number. With --dry-run the
provider itself is asked, with the credentials of VOLLEY_<REGION>_….
Exit code 0 when all is well, 2 when some recipients would be rejected, 1 when the message cannot be sent or checked.

Example:
  volley check people.csv --from Volley --body 'Hi \${name}!' --price 0.045`;

/** Adds `check`: what a message to everybody in a file would come to. */
export function addCheck(program: Command, { place, environment, output, signal }: CommandContext): void {
  const command = program
    .command("check")
    .summary("what sending a CSV file would come to; sends nothing")
    .description("what sending a CSV file would come to: segments, duration, price; sends nothing");
  addFileOptions(command)
    .option("--region <name>", "where no column says it; not auto")
    .option("--price <amount>", "what one segment costs")
    .option("--dry-run", "ask the provider, too", false)
    .option("--json", "everything, for programs", false)
    .addHelpText("after", HELP)
    .action(async (given: string, flags: Flags) => {
      const { price, dryRun, json } = flags;
      const check = async (file: string): Promise<FileCheck[]> =>
        checkFile({
          ...place,
          ...sourceOf(file, flags),
          dryRun: dryRun ? environment : null,
          pricePerSegment: price === undefined ? undefined : priceOf(price),
          signal,
        });
      const checks = await withFile(given, check, { signal });
      const asked = { file: given, checks: checks.map(asJson) };
      output.write(json ? `${JSON.stringify(asked, null, 2)}\n` : inWords(checks));
      requireGood(checks);
    });
}

/** @throws CliError with the exit code that the checks come to, when it is not 0 */
function requireGood(checks: readonly FileCheck[]): void {
  if (checks.some(({ report }) => !report.isSendable)) throw new CliError("this message cannot be sent");
  if (checks.some(({ report }) => report.dryRun?.failure)) throw new CliError("the dry run has failed");
  const rejected = checks.reduce((sum, { report }) => sum + report.recipients.rejected, 0);
  if (rejected === 0) return;
  const recipients = rejected === 1 ? "1 recipient" : `${rejected.toLocaleString("en")} recipients`;
  throw new CliError(`${recipients} would be rejected`, { exitCode: EXIT_CODES.someRejected });
}

function inWords(checks: readonly FileCheck[]): string {
  const lines = [
    ...checks.flatMap((check) => describeCheck(check, new Date())),
    ...(checks.length > 1 ? [describeTotal(checks)] : []),
  ];
  return `${lines.join("\n")}\n`;
}

function asJson({ region, report, lines }: FileCheck): object {
  return { region, ...report, lines: Object.fromEntries(lines) };
}

function priceOf(text: string): number {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  throw new CliError(`--price: expected a number such as 0.045, got ${kindOf(text)}`);
}
