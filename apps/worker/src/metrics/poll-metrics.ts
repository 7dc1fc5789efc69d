import { POLL_KINDS, POLL_OUTCOMES, type PollObserver } from "@volley/receipts";
import type { Registry } from "@volley/runtime";
import { Counter, Gauge } from "prom-client";
import { PATIENCE_MS, within } from "./within.ts";

/** Up to when the lists of a region were read, by their kinds. */
type Places = ReadonlyMap<string, Date>;

/**
 * Counts what is fetched where callbacks stay away, from zero, and shows how far it is, over all processes.
 *
 * @param regions - those of which anything is read, and those that are polled
 * @param readPlaces - of a region
 */
export function createPollMetrics(
  registry: Registry,
  regions: { readonly read: readonly string[]; readonly polled: readonly string[] },
  readPlaces: (region: string) => Promise<Places>,
): PollObserver {
  const registers = [registry];
  const polls = new Counter({
    name: "volley_polls_total",
    help: "Readings of the provider's lists and reports by this process, by how they ended.",
    labelNames: ["region", "kind", "outcome"],
    registers,
  });
  const rows = new Counter({
    name: "volley_poll_rows_total",
    help: "What those readings told, by what became of it.",
    labelNames: ["region", "kind", "ending"],
    registers,
  });
  for (const region of regions.read)
    for (const kind of POLL_KINDS) {
      for (const outcome of POLL_OUTCOMES) polls.inc({ region, kind, outcome }, 0);
      for (const ending of ENDINGS) rows.inc({ region, kind, ending }, 0);
    }
  const lag = new Gauge({
    name: "volley_poll_lag_seconds",
    help: "How long ago the time is up to which a list was read for certain, over all processes; never less than its overlap where nothing happens.",
    labelNames: ["region", "kind"],
    registers,
    collect: async () => {
      const found = await within(
        async () => Promise.all(regions.polled.map(async (region) => [region, await readPlaces(region)] as const)),
        PATIENCE_MS,
      );
      lag.reset();
      for (const [region, places] of found ?? [])
        for (const [kind, at] of places) lag.set({ region, kind }, Math.max(0, Date.now() - at.getTime()) / 1_000);
    },
  });
  return {
    polled: (region, kind, outcome) => polls.inc({ region, kind, outcome }),
    read: (region, kind, endings) => {
      for (const ending of endings) rows.inc({ region, kind, ending });
    },
  };
}

const ENDINGS = ["changed", "repeated", "late", "different", "unreadable"] as const;
