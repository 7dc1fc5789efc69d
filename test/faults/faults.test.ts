import { expect, it } from "@jest/globals";
import { FAULTS } from "./faults.ts";
import { problemsOf } from "./judge-fault.ts";
import { runFault } from "./run-fault.ts";
import { tableRow } from "./table.ts";

/** `pnpm faults` runs all of them, and each for longer: one of Redis, of the workers and of the provider. */
const QUICK = ["redis-oom", "dead-token", "drop-after-accept"];

const LASTS_MS = 10_000;

it("costs nobody a text, whatever breaks, and everybody can see what it is", async () => {
  const faults = FAULTS.filter(({ name }) => QUICK.includes(name));
  const found = await Promise.all(
    faults.map(async (fault) => {
      const report = await runFault(fault, { singles: 60, large: 1_500 }, LASTS_MS);
      return { row: tableRow(fault, report), problems: problemsOf(fault, report), once: report.once };
    }),
  );
  // Compared whole, so that a failure shows the row.
  expect(found).toEqual(found.map(({ row }) => ({ row, problems: [], once: 2_760 })));
  expect(found).toHaveLength(QUICK.length);
}, 120_000);
