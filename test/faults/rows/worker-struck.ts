import { setTimeout as pause } from "node:timers/promises";
import { eventually } from "../../stage/eventually.ts";
import type { Fault } from "../fault.ts";
import { readSeries } from "../read-series.ts";
import type { Rig } from "../set-up-rig.ts";

const LOST = { name: "volley_lost_workers_total" };

/** Longer than it takes to see that nothing moves any more. */
const SLOW_MS = 3_000;

const SETTLE_MS = 500;

/** So many requests at once that each worker has some. */
const MANY = { VOLLEY_US_CONCURRENCY: "20" };

/** What happens to one of two workers while the other one goes on. */
export const WORKER_STRUCK: readonly Fault[] = [
  {
    name: "worker-killed",
    title: "worker killed (`SIGKILL`) between requests and their answers",
    prepare: async () => MANY,
    begin: async (rig) => strikeInTheMiddle(rig, "SIGKILL"),
    mend: async (rig) => rig.startWorker(0, {}),
    tells: LOST,
    livez: null,
    readyz: null,
  },
  {
    name: "worker-frozen",
    title: "worker frozen (`SIGSTOP`) for 20 s",
    prepare: async () => MANY,
    begin: async (rig) => strikeInTheMiddle(rig, "SIGSTOP"),
    mend: async ({ workers }) => workers[0]?.signal("SIGCONT"),
    tells: LOST,
    livez: null,
    readyz: null,
  },
];

/**
 * What a process counts between its last scrape and its death nobody can know: it is struck while every request waits for
 * its answer, of batches that the provider has taken.
 */
async function strikeInTheMiddle({ emulator, workers }: Rig, signal: NodeJS.Signals): Promise<void> {
  const worker = workers[0];
  const accepts = async (): Promise<boolean> => {
    const { metrics } = (await worker?.look()) ?? {};
    return (readSeries(metrics ?? "", { name: "volley_recipients_accepted_total" }) ?? 0) > 0;
  };
  await eventually(accepts, "a first worker that has sent");
  const action = { kind: "latency", ms: SLOW_MS } as const;
  const slow = emulator.faults.add({ match: { method: "POST" }, times: null, action });
  await pause(SETTLE_MS);
  await worker?.look();
  worker?.signal(signal);
  emulator.faults.remove(slow);
}
