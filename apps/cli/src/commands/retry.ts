import type { Command } from "commander";
import { InterruptedError } from "../exit/interrupted-error.ts";
import { isInterruption, unlessInterrupted } from "../exit/unless-interrupted.ts";
import { afterSend, type AfterSendFlags, changesOf, linked, regionOf, withProducer } from "./after-send.ts";
import { answer } from "./answer.ts";
import type { CommandContext } from "./command-context.ts";

/** Adds `retry`: sends once more to those whom a send certainly did not reach. */
export function addRetry(program: Command, context: CommandContext): void {
  afterSend(program, "retry", "send once more to those whom a send certainly did not reach")
    .option("--expire-at <time>", "ISO-8601; needed when the first one has passed")
    .action(async (id: string, { region, expireAt, json }: AfterSendFlags) => {
      const options = { ...regionOf(region), changes: changesOf(expireAt) };
      const again = await withProducer(context, async (producer) => {
        return unlessInterrupted(context.signal, producer.retry(id, options)).catch((error: unknown) => {
          if (!isInterruption(error, context.signal)) throw error;
          throw new InterruptedError(error, "it may be enqueued or not; the same command again is safe, and tells");
        });
      });
      answer(context.output, { json }, { json: again, lines: [linked(id, again)] });
    });
}
