import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Producer } from "@volley/producer";
import type { Command } from "commander";
import { CliError } from "../exit/cli-error.ts";
import { connectProducer } from "../redis/connect-producer.ts";
import { redisSettingsOf } from "../redis/redis-settings-of.ts";
import { writeDemoPeople } from "../people/write-demo-people.ts";
import { letSomebodyAnswer } from "../stack/let-somebody-answer.ts";
import { demoPrefix } from "../stack/development-prefix.ts";
import { startStack } from "../stack/start-stack.ts";
import { sendFile, type SentFile } from "../send-file/send-file.ts";
import { followDeliveries } from "../send-file/follow-deliveries.ts";
import { endsInWords, sumOfEnds } from "../words/describe-delivery.ts";
import type { CommandContext } from "./command-context.ts";
import { addStackOptions, type StackFlags, stackOf } from "../stack/stack-options.ts";

/** People in the CSV. */
const PEOPLE = 10_000;

const REGIONS = ["us", "eu"];

/** A made-up number, to which people can answer. */
const SENDER = "12015550100";

const TEMPLATE = {
  from: SENDER,
  body: "Hi ${name}, this is one of ten thousand, and yours alone.",
  delivery_report: "per_recipient_final",
} as const;

/** Some phones are off, as everywhere; the same ones each time. */
const EMULATOR = { VOLLEY_EMULATOR_FAIL_SHARE: "0.02", VOLLEY_EMULATOR_SEED: "1" };

/** The first of the made-up people texts back. */
const ANSWER = { region: "us", from: "+19995000000", to: SENDER, body: "Thank you, and yours too" };

const LOOK_MS = 50;

/** How long the last report may take after the last answer. */
const REPORTS_MS = 30_000;

/** Adds `demo`: the stack, a send of 10,000 people, and its end. */
export function addDemo(program: Command, context: CommandContext): void {
  const command = program.command("demo").description("the same, with 10,000 people in two regions, to its end");
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
  const own = { prefix, regions: REGIONS, ports: "any", isForWork: false, keepsKeys: false } as const;
  const options = stackOf(context, flags);
  const stack = await startStack({ ...options, ...own, environment: { ...EMULATOR, ...options.environment } });
  try {
    const file = join(directory, "people.csv");
    await writeDemoPeople(file, PEOPLE);
    output.write(`CSV: ${file}, ${PEOPLE.toLocaleString("en")} people\n`);
    const startedAt = performance.now();
    const redis = redisSettingsOf(stack.environment);
    const either = AbortSignal.any([signal, stack.lost]);
    const sent = await sendFile({
      redis,
      prefix,
      file,
      template: TEMPLATE,
      // The demonstration is meant to send every time; a file of yours is not.
      key: `demo ${new Date().toISOString()}`,
      wait: true,
      output,
      signal: either,
    });
    const seconds = (performance.now() - startedAt) / 1_000;
    await report(sent, stack.emulatorUrl, seconds, output);
    await connectProducer({ redis, prefix, signal: either }, async (producer) =>
      reportWayBack(producer, sent, { emulatorUrl: stack.emulatorUrl, signal: either, output }),
    );
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

type WayBack = {
  readonly emulatorUrl: string;
  readonly signal: AbortSignal;
  readonly output: NodeJS.WritableStream;
};

/** What became of everybody, and that somebody answers. */
async function reportWayBack(
  producer: Producer,
  sent: readonly SentFile[],
  { emulatorUrl, signal, output }: WayBack,
): Promise<void> {
  const ids = sent.map(({ status }) => status.id);
  const { ends, total } = sumOfEnds(await followDeliveries(producer, ids, { patienceMs: REPORTS_MS, signal }));
  output.write(`reported back: ${endsInWords(ends).join(" + ")}\n`);
  if (total !== PEOPLE) throw new CliError("the reports do not add up");
  const id = await letSomebodyAnswer(emulatorUrl, ANSWER);
  const deadline = performance.now() + REPORTS_MS;
  for (;;) {
    signal.throwIfAborted();
    const { inbounds } = await producer.inbounds({ region: ANSWER.region });
    const arrived = inbounds.find((inbound) => inbound.id === id);
    if (arrived !== undefined) {
      output.write(
        `somebody answered: "${String(arrived["body"])}" to ${arrived.send_id ?? "a send that is not known"}\n`,
      );
      return;
    }
    if (performance.now() > deadline) throw new CliError("the answer has not come in");
    await pause(LOOK_MS, undefined, { signal }).catch(() => {});
  }
}
