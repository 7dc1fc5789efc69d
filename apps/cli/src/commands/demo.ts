import { join } from "node:path";
import type { Command } from "commander";
import { CliError } from "../exit/cli-error.ts";
import { redisSettingsOf } from "../redis/redis-settings-of.ts";
import { writeDemoPeople } from "../people/write-demo-people.ts";
import { demoPrefix } from "../stack/development-prefix.ts";
import { startStack } from "../stack/start-stack.ts";
import { sendFile, type SentFile } from "../send-file/send-file.ts";
import type { CommandContext } from "./command-context.ts";
import { addStackOptions, type StackFlags, stackOf } from "./stack-options.ts";

/** People in the CSV. */
const PEOPLE = 10_000;

const REGIONS = ["us", "eu"];

const TEMPLATE = { from: "Volley", body: "Hi ${name}, this is one of ten thousand, and yours alone." };

/** Adds `demo`: the stack, a send of 10,000 people, and its end. */
export function addDemo(program: Command, context: CommandContext): void {
  const command = program
    .command("demo")
    .description("start the stack, send 10,000 people of a CSV in two regions, and stop it again");
  addStackOptions(command).action(async (flags: StackFlags) => runDemo(context, flags));
}

/**
 * The whole way on this machine: a CSV of 10,000 people in two regions through a real queue, a worker and the emulated
 * provider. It counts at the provider's side, and fails when the numbers do not add up. Nothing of it stays in a Redis that
 * it was given.
 *
 * @throws CliError when they do not, or a process of the stack ends by itself
 */
async function runDemo(context: CommandContext, flags: StackFlags): Promise<void> {
  const { directory, output, signal } = context;
  const prefix = demoPrefix();
  const own = { prefix, regions: REGIONS, ports: "any", keepsKeys: false } as const;
  const stack = await startStack({ ...stackOf(context, flags), ...own });
  try {
    const file = join(directory, "people.csv");
    await writeDemoPeople(file, PEOPLE);
    output.write(`CSV: ${file}, ${PEOPLE.toLocaleString("en")} people\n`);
    const startedAt = performance.now();
    const sent = await sendFile({
      redis: redisSettingsOf(stack.environment),
      prefix,
      file,
      template: TEMPLATE,
      // The demonstration is meant to send every time; a file of yours is not.
      key: `demo ${new Date().toISOString()}`,
      wait: true,
      output,
      signal: AbortSignal.any([signal, stack.lost]),
    });
    const seconds = (performance.now() - startedAt) / 1_000;
    await report(sent, stack.emulatorUrl, seconds, output);
  } finally {
    await stack.stop();
  }
}

async function report(
  sent: readonly SentFile[],
  emulatorUrl: string,
  seconds: number,
  output: NodeJS.WritableStream,
): Promise<void> {
  const stats = (await (await fetch(`${emulatorUrl}/emulator/stats`)).json()) as Record<string, number>;
  const accepted = sent.reduce((sum, { status }) => sum + (status.result?.recipients.accepted ?? 0), 0);
  const batches = sent.reduce((sum, { status }) => sum + (status.result?.batches.length ?? 0), 0);
  const { recipients: distinct = 0, texted_more_than_once: twice = 0 } = stats;
  output.write(
    `\n${accepted.toLocaleString("en")} recipients accepted in ${batches} batches and ${sent.length} regions ` +
      `in ${seconds.toFixed(1)} s\n` +
      `at the provider: ${distinct.toLocaleString("en")} people texted, ${twice} of them more than once\n`,
  );
  if (accepted !== PEOPLE || distinct !== PEOPLE || twice !== 0) throw new CliError("the numbers do not add up");
}
