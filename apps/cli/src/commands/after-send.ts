import type { Enqueued, Producer } from "@volley/producer";
import type { Command } from "commander";
import { InterruptedError } from "../exit/interrupted-error.ts";
import { isInterruption } from "../exit/unless-interrupted.ts";
import { connectProducer } from "../redis/connect-producer.ts";
import { people } from "../words/in-english.ts";
import { JSON_OPTION, type JsonFlag } from "./answer.ts";
import type { CommandContext } from "./command-context.ts";

/** What every command after a send is told. */
export type AfterSendFlags = JsonFlag & { readonly region?: string; readonly expireAt?: string };

/** A command about a send that is on its way or has ended. */
export function afterSend(program: Command, name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .argument("<id>", "of the send")
    .option("--region <name>", "for a job that another client added")
    .option(...JSON_OPTION);
}

/**
 * Works with a producer. What is interrupted ends at once and says what is true by then.
 *
 * @throws InterruptedError before Redis was reached
 */
export async function withProducer<T>(
  { place, signal }: CommandContext,
  work: (producer: Producer) => Promise<T>,
): Promise<T> {
  return connectProducer(place, work).catch((error: unknown) => {
    if (!isInterruption(error, signal)) throw error;
    throw new InterruptedError(error, "Redis was not reached, and nothing is written down");
  });
}

/** Where the send is, for the ID of another client. */
export function regionOf(region: string | undefined): { region?: string } {
  return region === undefined ? {} : { region };
}

/** What the linked send has that the first one had not. */
export function changesOf(
  expireAt: string | undefined,
): NonNullable<Parameters<Producer["retry"]>[1]>["changes"] & object {
  return expireAt === undefined ? {} : { expire_at: expireAt };
}

/** In words: the send that goes to some people of another one. */
export function linked(id: string, { id: again, region, recipients, alreadyEnqueued }: Enqueued): string {
  const whom = `${people(recipients.valid)} of ${id}`;
  return alreadyEnqueued ? `${again}: ${whom} were enqueued before` : `${again}: ${whom} enqueued in ${region}`;
}
