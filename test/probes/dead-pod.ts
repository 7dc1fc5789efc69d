import { eventually } from "../stage/eventually.ts";
import { setUpRig } from "../faults/set-up-rig.ts";

/** How many requests the region may have in flight, all of them of the worker that dies. */
const SLOTS = 4;

/** Longer than it lives. */
const NEVER_MS = 60_000;

/** As long as the first worker is at it, then for the second one. */
const SENDS = 3 * SLOTS;

/** Within so many milliseconds a dead pod's slots have to be back. */
export const SLOTS_BACK_MS = 15_000;

const LONGEST_MS = 60_000;

/** Kills a worker that holds every slot of its region. @returns after how many milliseconds another one has used them all */
export async function killWithAllSlots(): Promise<number> {
  const rig = await setUpRig();
  try {
    const limit = { VOLLEY_US_CONCURRENCY: String(SLOTS) };
    const stuck = {
      match: { method: "POST" },
      times: null,
      action: { kind: "latency", ms: NEVER_MS, before: true },
    } as const;
    const fault = rig.emulator.faults.add(stuck);
    await rig.startWorker(0, limit);
    await rig.load.ask(SENDS);
    await eventually(async () => (await rig.load.queue().getActiveCount()) === SLOTS, "a worker that holds every slot");
    await rig.startWorker(1, limit);
    rig.workers[0]?.signal("SIGKILL");
    const killedAt = Date.now();
    rig.emulator.faults.remove(fault);
    // Those of the dead worker are taken as its connections end; as many others need every slot.
    await eventually(() => rig.emulator.stats().batches >= 2 * SLOTS, "slots that are back", LONGEST_MS);
    return Date.now() - killedAt;
  } finally {
    await rig.close();
  }
}
