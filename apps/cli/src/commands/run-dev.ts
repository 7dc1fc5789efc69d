import { once } from "node:events";
import { type StackOptions, startStack } from "../stack/start-stack.ts";

/**
 * Keeps the whole stack running until it is interrupted, which is its regular end. A process that ends by itself is
 * named, and the others go on: somebody may have killed it to see what happens.
 */
export async function runDev(options: StackOptions): Promise<void> {
  const { say, signal, directory, prefix, regions } = options;
  const stack = await startStack(options);
  try {
    say(`queues: ${regions.map((region) => `volley-${region}`).join(", ")} with prefix ${prefix}`);
    say(`logs: ${directory}`);
    say("Ctrl+C ends it.");
    if (!signal.aborted) await once(signal, "abort");
  } finally {
    await stack.stop();
  }
}
