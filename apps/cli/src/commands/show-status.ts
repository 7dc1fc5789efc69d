import { AUTO_REGION } from "@volley/contract";
import type { Producer, SendStatus } from "@volley/producer";
import { CliError } from "../cli-error.ts";
import { connectProducer, type ProducerPlace } from "../connect-producer.ts";
import { describeStatus } from "../describe-status.ts";

/** Which send, and how it is shown. */
export type ShowStatusOptions = ProducerPlace & {
  readonly id: string;
  /** Needed for jobs that another client added. */
  readonly region?: string;
  readonly asJson: boolean;
  readonly output: NodeJS.WritableStream;
};

/** Prints where a send is, or its result. @throws CliError when there is no such send */
export async function showStatus({ id, region, asJson, output, ...place }: ShowStatusOptions): Promise<void> {
  const { status, isPaused } = await connectProducer(place, async (producer) => {
    const found = await producer.status(id, region === undefined ? {} : { region });
    return { status: found, isPaused: !asJson && found !== null && (await isHeld(producer, found)) };
  });
  if (status === null) throw new CliError(`${id}: there is no such send, or its result is no longer kept`);
  output.write(`${asJson ? JSON.stringify(status, null, 2) : describeStatus(status, { isPaused }).join("\n")}\n`);
}

/** Whether a send waits for a region that is paused. The regions of a routed one are not known before its end. */
async function isHeld(producer: Pick<Producer, "region">, { region, state }: SendStatus): Promise<boolean> {
  if (state === "settled" || state === "failed" || region === AUTO_REGION) return false;
  return (await producer.region(region).limits()).isPaused;
}
