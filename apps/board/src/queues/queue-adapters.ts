import { BullMQAdapter } from "@bull-board/api/bullMQAdapter";
import type { Queue } from "bullmq";

import { maskName } from "../mask/mask-job.ts";
import { maskProgress, maskResult } from "../mask/mask-result.ts";
import type { Mask } from "../mask/mask.ts";

/** What the board may change, and how it shows the data of jobs. */
export type AdapterOptions = {
  readonly readOnly: boolean;
  /** Without one everything is shown as it is. */
  readonly maskData: Mask | undefined;
};

/**
 * Shows a queue on the board.
 *
 * @param describe - why the queue's region waits; empty while it works
 */
export function adaptQueue(
  queue: Queue,
  { readOnly, maskData }: AdapterOptions,
  describe: () => string = () => "",
): BullMQAdapter {
  // A variable, because the adapter's type does not know allowCompletedRetries; its base class does.
  const options = { readOnlyMode: readOnly, allowCompletedRetries: false };
  const adapter = new BullMQAdapter(queue, options);
  adapter.getDescription = describe;
  if (maskData === undefined) return adapter;
  adapter.setFormatter("data", maskData);
  adapter.setFormatter("returnValue", maskResult);
  adapter.setFormatter("progress", maskProgress);
  adapter.setFormatter("name", ({ name }: { name: unknown }) => maskName(name));
  return adapter;
}
