import { POLL_KINDS, POLL_OUTCOMES, type PollObserver } from "@volley/receipts";
import type { Registry } from "@volley/runtime";
import { Counter } from "prom-client";

/**
 * Counts what is fetched where callbacks stay away, from zero.
 *
 * @param regions - those of which anything is read
 */
export function createPollMetrics(registry: Registry, regions: readonly string[]): PollObserver {
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
  for (const region of regions)
    for (const kind of POLL_KINDS) {
      for (const outcome of POLL_OUTCOMES) polls.inc({ region, kind, outcome }, 0);
      for (const ending of ENDINGS) rows.inc({ region, kind, ending }, 0);
    }
  return {
    polled: (region, kind, outcome) => polls.inc({ region, kind, outcome }),
    read: (region, kind, endings) => {
      for (const ending of endings) rows.inc({ region, kind, ending });
    },
  };
}

const ENDINGS = ["changed", "repeated", "late", "different", "unreadable"] as const;
