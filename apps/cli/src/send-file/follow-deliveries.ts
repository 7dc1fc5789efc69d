import { setTimeout as pause } from "node:timers/promises";
import type { Producer, SendStatus } from "@volley/producer";
import { CliError } from "../exit/cli-error.ts";

type Delivery = NonNullable<SendStatus["delivery"]>;

const ASK_INTERVAL_MS = 100;

/**
 * Waits until the provider has reported on everybody.
 *
 * @param patienceMs - how long, in milliseconds
 * @returns how far the messages of each send are
 * @throws CliError when it has not by then
 * @throws the signal's reason when it aborts
 */
export async function followDeliveries(
  producer: Pick<Producer, "status">,
  ids: readonly string[],
  { patienceMs, signal }: { readonly patienceMs: number; readonly signal: AbortSignal },
): Promise<Delivery[]> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    signal.throwIfAborted();
    const statuses = await Promise.all(ids.map(async (id) => producer.status(id)));
    const ended = statuses.flatMap((status) => (status?.delivery?.open === 0 ? [status.delivery] : []));
    if (ended.length === ids.length) return ended;
    if (performance.now() > deadline)
      throw new CliError(`the provider has not reported on everybody within ${Math.round(patienceMs / 1_000)} s`);
    // Its own error would hide the reason, which the next round throws.
    await pause(ASK_INTERVAL_MS, undefined, { signal }).catch(() => {});
  }
}
