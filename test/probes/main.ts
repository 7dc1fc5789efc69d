import { runCommand } from "../stage/run-command.ts";
import { type FaultsArguments, readFaultsArguments } from "../faults/faults-arguments.ts";
import { killWithAllSlots, SLOTS_BACK_MS } from "./dead-pod.ts";
import { REDIS_ACCESS } from "../faults/rows/redis-access.ts";
import { REDIS_DOWN } from "../faults/rows/redis-down.ts";
import { REDIS_REFUSES } from "../faults/rows/redis-refuses.ts";
import { PROBED, type View, viewFault } from "./view.ts";

/** What hits every process; of the others the table of `pnpm faults` shows the worker's probes. */
const FAULTS = [...REDIS_DOWN, ...REDIS_REFUSES, ...REDIS_ACCESS].filter(({ large }) => large === undefined);

const NAMES = FAULTS.map(({ name }) => name);

/** How often a worker is killed that holds every slot. */
const DEATHS = 3;

const USAGE = `pnpm probes [options]
  --only NAME,NAME  these faults (default: all)

faults: ${NAMES.join(", ")}
`;

await runCommand((given) => readFaultsArguments(given, NAMES), USAGE, main);

/** @returns the exit code: 0 when nobody would be restarted, and all are ready after the mending */
async function main({ only }: FaultsArguments): Promise<number> {
  const problems: string[] = [];
  const columns = ["fault", ...PROBED.map((name) => `${name}: \`/livez\`, \`/readyz\``), "all ready after (s)"];
  console.log(`${cells(columns)}\n${cells(columns.map(() => "---"))}`);
  for (const fault of FAULTS.filter(({ name }) => only.includes(name))) {
    try {
      const { during, readyAfterMs }: View = await viewFault(fault);
      const seen = PROBED.map((name) => `${during[name].livez}, ${during[name].readyz}`);
      console.log(cells([fault.title, ...seen, (readyAfterMs / 1_000).toFixed(1)]));
      const killed = PROBED.filter((name) => during[name].livez !== 200);
      problems.push(...killed.map((name) => `${fault.name}: ${name} would be restarted, which mends nothing`));
      if (during.worker.readyz !== fault.readyz)
        problems.push(`${fault.name}: /readyz of the worker is ${during.worker.readyz}`);
    } catch (error) {
      problems.push(`${fault.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  for (let count = 0; count < DEATHS; count += 1) {
    const backMs = await killWithAllSlots();
    console.log(`a dead pod's slots were back after ${(backMs / 1_000).toFixed(1)} s`);
    if (backMs > SLOTS_BACK_MS)
      problems.push(`slots were back after ${backMs} ms, at most ${SLOTS_BACK_MS} are wanted`);
  }
  for (const problem of problems) console.error(problem);
  return problems.length > 0 ? 1 : 0;
}

function cells(texts: readonly string[]): string {
  return `| ${texts.join(" | ")} |`;
}
