import { runCommand } from "../stage/run-command.ts";
import { checkCosts } from "./check-costs.ts";
import { readScaleArguments, USAGE } from "./scale-arguments.ts";
import { scaleTable } from "./scale-table.ts";

/** By how much a real run may cost more than what is planned with. */
const MOST_RATIO = 2;

const LOAD = { campaign: 1_000_000, single: 10_000 };

await runCommand(readScaleArguments, USAGE, main);

async function main({ check }: { readonly check: boolean }): Promise<number> {
  console.log(scaleTable().join("\n"));
  if (!check) return 0;
  const checked = await checkCosts(LOAD);
  for (const { kind, recipients, measuredUs, taken } of checked) {
    const words = `${measuredUs.toFixed(2)} µs of Redis for each of ${recipients.toLocaleString("en")}, ${taken} planned with`;
    console.log(`${kind}: ${words}`);
  }
  return checked.every(({ measuredUs, taken }) => measuredUs <= taken * MOST_RATIO) ? 0 : 1;
}
