import { once } from "node:events";
import { DEVELOPMENT_PREFIX, isDevelopmentPrefix } from "../stack/development-prefix.ts";
import { type StackOptions, startStack } from "../stack/start-stack.ts";

/** What `volley dev` is run with. */
export type DevOptions = Omit<StackOptions, "prefix" | "keepsKeys"> & {
  /** Left alone when it may be production's. @default one of its own */
  readonly prefix?: string;
};

/**
 * Keeps the whole stack running until it is interrupted, which is its regular end. A process that ends by itself is
 * named, and the others go on: somebody may have killed it to see what happens.
 *
 * It has a prefix of its own: under that of production its worker would take real sends for a rehearsal.
 */
export async function runDev({ prefix: wanted, ...options }: DevOptions): Promise<void> {
  const { say, signal, directory, regions, redisUrl } = options;
  const prefix = wanted !== undefined && isDevelopmentPrefix(wanted) ? wanted : DEVELOPMENT_PREFIX;
  const stack = await startStack({ ...options, prefix, keepsKeys: true });
  try {
    if (wanted !== undefined && wanted !== prefix) {
      say(`VOLLEY_PREFIX ${wanted} is left alone: development has a prefix of its own, or one with the word dev in it`);
    }
    say(`queues: ${regions.map((region) => `volley-${region}`).join(", ")} with prefix ${prefix}`);
    say(`logs: ${directory}`);
    say(howToExport(prefix, redisUrl === undefined ? stack.environment["REDIS_URL"] : undefined));
    say("Ctrl+C ends it.");
    if (!signal.aborted) await once(signal, "abort");
  } finally {
    await stack.stop();
  }
}

/** @param redisUrl - of a Redis that was started here; one that was given may have a password, and whoever gave it has it */
function howToExport(prefix: string, redisUrl: string | undefined): string {
  const where =
    redisUrl === undefined ? ", beside the REDIS_URL of this one: export" : `: export REDIS_URL='${redisUrl}'`;
  return `in another terminal${where} VOLLEY_PREFIX='${prefix.replaceAll("'", "'\\''")}'`;
}
