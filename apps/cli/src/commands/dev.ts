import { once } from "node:events";
import { SCOPES } from "@volley/keys";
import type { Command } from "commander";
import { DEVELOPMENT_PREFIX, isDevelopmentPrefix } from "../stack/development-prefix.ts";
import { connectProducer } from "../redis/connect-producer.ts";
import { redisSettingsOf } from "../redis/redis-settings-of.ts";
import { inboundOf } from "../stack/let-somebody-answer.ts";
import { type Stack, startStack } from "../stack/start-stack.ts";
import type { CommandContext } from "./command-context.ts";
import { addStackOptions, type StackFlags, stackOf } from "../stack/stack-options.ts";

const HELP = `
Its prefix is {volley-dev}, or what VOLLEY_PREFIX says where that has the word dev or demo in it. It prints what another
terminal exports to work with it.`;

const DAY_MS = 24 * 60 * 60 * 1_000;

/** Adds `dev`: the whole stack on this machine, until Ctrl+C. */
export function addDev(program: Command, context: CommandContext): void {
  const command = program
    .command("dev")
    .summary("run all of it on this machine, until Ctrl+C")
    .description("run all of it on this machine: Redis, provider, worker, API, exporter, board");
  addStackOptions(command)
    .addHelpText("after", HELP)
    .action(async (flags: StackFlags) => runDev(context, flags));
}

/**
 * Keeps the whole stack running until it is interrupted, which is its regular end. A process that ends by itself is
 * named, and the others go on: somebody may have killed it to see what happens.
 *
 * It has a prefix of its own: under that of production its worker would take real sends for a rehearsal.
 */
async function runDev(context: CommandContext, flags: StackFlags): Promise<void> {
  const { prefix: wanted, regions, signal, directory, redisUrl } = context;
  const options = stackOf(context, flags);
  const { say } = options;
  const prefix = wanted !== undefined && isDevelopmentPrefix(wanted) ? wanted : DEVELOPMENT_PREFIX;
  const stack = await startStack({ ...options, prefix, regions, ports: "usual", isForWork: true, keepsKeys: true });
  try {
    if (wanted !== undefined && wanted !== prefix) {
      say(`VOLLEY_PREFIX ${wanted} is left alone: development has a prefix of its own, or one with the word dev in it`);
    }
    say(`queues: ${regions.map((region) => `volley-${region}`).join(", ")} with prefix ${prefix}`);
    say(`logs: ${directory}`);
    say(howToExport(prefix, redisUrl === undefined ? stack.environment["REDIS_URL"] : undefined));
    say(await howToAsk(stack, prefix, regions[0] ?? ""));
    say(howToAnswer(stack.emulatorUrl, regions[0] ?? ""));
    say("Ctrl+C ends it.");
    if (!signal.aborted) await once(signal, "abort");
  } finally {
    await stack.stop();
  }
}

/** What a shell runs to ask the API, with a key of this run. */
async function howToAsk({ environment, apiUrl }: Stack, prefix: string, region: string): Promise<string> {
  const { key } = await connectProducer({ redis: redisSettingsOf(environment), prefix }, async ({ keys }) =>
    // All scopes: whatever the pages show may be tried.
    keys.create({ name: "development", scopes: SCOPES, expires: new Date(Date.now() + DAY_MS).toISOString() }),
  );
  const send = JSON.stringify({ region, from: "Volley", to: ["+19995000000"], body: "Hi" });
  return [
    `key: ${key} (for a day)`,
    `a program that asks the API: export VOLLEY_API_URL='${apiUrl}' VOLLEY_API_KEY='${key}'`,
    `send: curl -s -H 'Authorization: Bearer ${key}' -H 'Idempotency-Key: first' -H 'Content-Type: application/json' -d '${send}' ${apiUrl}/v1/sends`,
  ].join("\n");
}

/** What a shell runs so that a person answers. The numbers are made up. */
function howToAnswer(emulatorUrl: string, region: string): string {
  const answer = (body: string): string => {
    const message = inboundOf({ region, from: "+19995000000", to: "12015550100", body });
    return `curl -s -d '${JSON.stringify(message)}' ${emulatorUrl}/emulator/inbounds`;
  };
  return `somebody answers: ${answer("Yes")}\nthe same person is left out from now on: ${answer("STOP")}`;
}

/** @param redisUrl - of a Redis that was started here; one that was given may have a password, and whoever gave it has it */
function howToExport(prefix: string, redisUrl: string | undefined): string {
  const where =
    redisUrl === undefined ? ", beside the REDIS_URL of this one: export" : `: export REDIS_URL='${redisUrl}'`;
  return `in another terminal${where} VOLLEY_PREFIX='${prefix.replaceAll("'", "'\\''")}'`;
}
