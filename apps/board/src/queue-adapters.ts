import { BullMQAdapter } from "@bull-board/api/bullMQAdapter";
import type { Queue } from "bullmq";

import { maskData } from "./mask-data.ts";
import { maskNumbers } from "./mask-numbers.ts";
import { maskResult } from "./mask-result.ts";

/** What the board shows, and what it may change. */
export type AdapterOptions = { readOnly: boolean; showRecipients: boolean };

/**
 * Shows a queue on the board.
 *
 * @param describe - why the queue's region waits; empty while it works
 */
export function adaptQueue(
  queue: Queue,
  { readOnly, showRecipients }: AdapterOptions,
  describe: () => string = () => "",
): BullMQAdapter {
  // A variable, because the adapter's type does not know allowCompletedRetries; its base class does.
  const options = { readOnlyMode: readOnly, allowCompletedRetries: false };
  const adapter = new BullMQAdapter(queue, options);
  adapter.getDescription = describe;
  if (showRecipients) return adapter;
  adapter.setFormatter("data", maskData);
  adapter.setFormatter("returnValue", maskResult);
  adapter.setFormatter("progress", maskResult);
  adapter.setFormatter("name", ({ name }: { name: unknown }) => maskNumbers(String(name)));
  return adapter;
}
