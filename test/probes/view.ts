import { setTimeout as pause } from "node:timers/promises";
import { eventually } from "../stage/eventually.ts";
import { spawnWebhooks } from "../stage/webhooks-process.ts";
import type { Fault } from "../faults/fault.ts";
import { type Rig, setUpRig } from "../faults/set-up-rig.ts";

/** The processes that Kubernetes probes, in the order of the table. */
export const PROBED = ["worker", "api", "webhooks", "exporter"] as const;

/** What a process answers, or `null`: nothing within 2 s. */
type Answer = { readonly livez: number | null; readonly readyz: number | null };

/** What Kubernetes sees of each process. */
export type View = {
  readonly during: Readonly<Record<(typeof PROBED)[number], Answer>>;
  /** From the mending until all of them are ready, in milliseconds. */
  readonly readyAfterMs: number;
};

/** Longer than a process takes to see that Redis is away, or refuses writes. */
const SETTLE_MS = 8_000;

const PROBE_TIMEOUT_MS = 2_000;

const LONGEST_MENDING_MS = 60_000;

/** Starts one process of each kind, breaks something, and asks each how it is. */
export async function viewFault(fault: Fault): Promise<View> {
  const rig = await setUpRig();
  try {
    const added = (await fault.prepare?.(rig)) ?? {};
    await Promise.all([rig.startWorker(0, added), rig.startWorker(1, added)]);
    const urls = await startOthers(rig, added);
    const look = async () => {
      const at = { ...urls, worker: rig.workers[0]?.url() ?? "" };
      const answers = await Promise.all(PROBED.map(async (name) => [name, await answerOf(at[name])] as const));
      return Object.fromEntries(answers) as View["during"];
    };
    // A worker that nothing is asked of does not see that its writes are refused.
    await rig.load.ask(1);
    await fault.begin(rig);
    const asking = rig.load.ask(2);
    await pause(SETTLE_MS);
    const during = await look();
    const mendedAt = Date.now();
    await fault.mend(rig);
    const isWell = async (): Promise<boolean> => Object.values(await look()).every(isReady);
    await eventually(isWell, `processes that are ready after ${fault.name}`, LONGEST_MENDING_MS);
    const readyAfterMs = Date.now() - mendedAt;
    await asking;
    return { during, readyAfterMs };
  } finally {
    await rig.close();
  }
}

async function startOthers(rig: Rig, added: Readonly<Record<string, string>>) {
  const { REDIS_URL = "", VOLLEY_PREFIX = "" } = rig.environment;
  const shared = { REDIS_URL, VOLLEY_PREFIX, ...added, VOLLEY_REGIONS: "us", VOLLEY_HTTP_PORT: "0" };
  const urls: Record<string, string> = {};
  for (const app of ["api", "webhooks", "exporter"] as const) {
    const process = await spawnWebhooks(
      { ...shared, ...(app === "webhooks" && { VOLLEY_CALLBACK_UNSIGNED: "allow" }) },
      app,
    );
    rig.onClose(process.kill);
    urls[app] = process.url;
  }
  return urls as Record<Exclude<(typeof PROBED)[number], "worker">, string>;
}

function isReady({ livez, readyz }: Answer): boolean {
  return livez === 200 && readyz === 200;
}

async function answerOf(url: string): Promise<Answer> {
  const statusOf = async (probe: string): Promise<number | null> =>
    fetch(`${url}/${probe}`, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) }).then(
      ({ status }) => status,
      () => null,
    );
  return { livez: await statusOf("livez"), readyz: await statusOf("readyz") };
}
