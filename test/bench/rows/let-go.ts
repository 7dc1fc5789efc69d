import type { Queue } from "bullmq";
import { drained } from "../drained.ts";
import type { Meter } from "../meter.ts";
import { proveOnce } from "../prove-once.ts";
import type { Rig } from "../rig.ts";
import { PATIENCE } from "./patience.ts";

/** Lets a paused queue go. @returns recipients per second until the last request came in */
export async function letGo(rig: Rig, queue: Queue, meter: Meter, count: number): Promise<number> {
  const patience = { ...PATIENCE, signal: rig.signal };
  const rate = await meter.measure(count, async () => {
    const startedAt = Date.now();
    await queue.resume();
    const lastAt = await rig.provider.texted(count, patience);
    await drained(queue, patience);
    return (count * 1_000) / (lastAt - startedAt);
  });
  await proveOnce(rig.provider, count);
  // Results pile up; a later round must not pay for those of an earlier one.
  await queue.clean(0, 0, "completed");
  return rate;
}
