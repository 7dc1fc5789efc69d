import type { Registry } from "@volley/runtime";
import { Gauge } from "prom-client";
import { PATIENCE_MS, within } from "./within.ts";

/**
 * Shows how many sends with `retry_codes` are due for a look, over all processes: one that grows is not kept up with.
 *
 * @param countDue - of a region; what cannot be counted in time is left out
 */
export function showRedeliveries(
  registry: Registry,
  regions: readonly string[],
  countDue: (region: string) => Promise<number>,
): void {
  const due = new Gauge({
    name: "volley_redeliveries_due",
    help: "Sends with retry_codes that are due for a look at whose messages have failed, over all processes.",
    labelNames: ["region"],
    registers: [registry],
    collect: async () => {
      const counts = await within(
        async () => Promise.all(regions.map(async (region) => [region, await countDue(region)] as const)),
        PATIENCE_MS,
      );
      due.reset();
      for (const [region, count] of counts ?? []) due.set({ region }, count);
    },
  });
}
