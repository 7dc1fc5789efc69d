import { setTimeout as pause } from "node:timers/promises";
import type { Fault } from "../fault.ts";
import type { Rig } from "../set-up-rig.ts";

const LOST = { name: "volley_lost_workers_total" };

/** Longer than it takes to see that nothing moves any more. */
const SLOW_MS = 3_000;

const SETTLE_MS = 500;

/** What happens to one of two workers while the other one goes on. */
export const WORKER_STRUCK: readonly Fault[] = [
  {
    name: "worker-killed",
    title: "worker killed (`SIGKILL`) between requests and their answers",
    begin: killInTheMiddle,
    mend: async (rig) => rig.startWorker(0, {}),
    tells: LOST,
    livez: null,
    readyz: null,
  },
  {
    name: "worker-frozen",
    title: "worker frozen (`SIGSTOP`) for 20 s",
    begin: async ({ workers }) => workers[0]?.signal("SIGSTOP"),
    mend: async ({ workers }) => workers[0]?.signal("SIGCONT"),
    tells: LOST,
    livez: null,
    readyz: null,
  },
];

/** What a process counts between its last scrape and its death nobody can know: it is killed when it counts nothing. */
async function killInTheMiddle({ emulator, workers }: Rig): Promise<void> {
  const slow = emulator.faults.add({
    match: { method: "POST" },
    times: null,
    action: { kind: "latency", ms: SLOW_MS },
  });
  const worker = workers[0];
  await pause(SETTLE_MS);
  await worker?.look();
  worker?.signal("SIGKILL");
  emulator.faults.remove(slow);
}
