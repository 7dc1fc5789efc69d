import type { AskedProcess } from "../bench-process.ts";
import { drained } from "../drained.ts";
import type { Meter } from "../meter.ts";
import { proveOnce } from "../prove-once.ts";
import type { Rig } from "../rig.ts";
import { PATIENCE } from "./patience.ts";

/** A send that the producer shall make. */
export type LargeSend = {
  readonly key: string;
  readonly region: string;
  readonly recipients: number;
  /** How the recipients come to the producer. @default "pages" */
  readonly shape?: "entries" | "pages" | "named";
};

/**
 * One round of a large send: enqueued while the queue is paused, so that the clock begins when it is let go and counts
 * planning and dispatch alone. The processor time goes on until the send has its result.
 *
 * @param before - done when the provider has forgotten everything, faults too
 * @returns recipients per second until the last batch came in
 */
export async function sendLarge(
  rig: Rig,
  producer: AskedProcess,
  meter: Meter,
  { shape = "pages", ...send }: LargeSend,
  before: () => Promise<void> = async () => {},
): Promise<number> {
  const queue = rig.queue(send.region);
  const patience = { ...PATIENCE, signal: rig.signal };
  await rig.provider.reset();
  await queue.pause();
  await producer.ask("enqueue", { ...send, shape });
  await before();
  const rate = await meter.measure(send.recipients, async () => {
    const startedAt = Date.now();
    await queue.resume();
    const lastAt = await rig.provider.texted(send.recipients, patience);
    await drained(queue, patience);
    return (send.recipients * 1_000) / (lastAt - startedAt);
  });
  await proveOnce(rig.provider, send.recipients);
  return rate;
}
