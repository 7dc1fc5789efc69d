import type { Registry } from "@volley/runtime";
import { Counter, Gauge, Histogram } from "prom-client";
import type { Ending } from "@volley/receipts";
import { REFUSALS } from "../proof/authenticate.ts";

/** What becomes of a request. */
const ANSWERS = ["taken", "unknown_kind", "unreadable", "failed", "too_many", ...REFUSALS] as const;

export type CallbackAnswer = (typeof ANSWERS)[number];

const KINDS = ["recipient", "batch", "inbound"] as const;

/** A record and not a list, so that the compiler asks for a new ending here, too. */
const ENDINGS: Record<Ending, true> = { changed: true, repeated: true, late: true, different: true, replayed: true };

/** Most callbacks are answered within some milliseconds; after five seconds all are. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** Counts callbacks. */
export type WebhooksMetrics = {
  readonly answered: (region: string, answer: CallbackAnswer, seconds: number) => void;
  readonly written: (region: string, kind: string, endings: readonly Ending[]) => void;
};

/** What is looked at when somebody asks for the metrics. */
export type Looks = {
  readonly pending: () => number;
};

/** Counts from zero: Prometheus does not see a counter's step from absent to 1. Labels are never anything personal. */
export function createWebhooksMetrics(registry: Registry, regions: readonly string[], looks: Looks): WebhooksMetrics {
  const registers = [registry];
  const callbacks = new Counter({
    name: "volley_callbacks_total",
    help: "Callbacks of the provider, by what they were answered with.",
    labelNames: ["region", "answer"],
    registers,
  });
  const receipts = new Counter({
    name: "volley_receipts_total",
    help: "What callbacks told, by what became of it.",
    labelNames: ["region", "kind", "ending"],
    registers,
  });
  const duration = new Histogram({
    name: "volley_callback_duration_seconds",
    help: "How long callbacks waited for their answer.",
    labelNames: ["region"],
    buckets: SECONDS,
    registers,
  });
  for (const region of regions) {
    for (const answer of ANSWERS) callbacks.inc({ region, answer }, 0);
    for (const kind of KINDS) for (const ending of Object.keys(ENDINGS)) receipts.inc({ region, kind, ending }, 0);
    duration.zero({ region });
  }
  showLooks(registry, looks);
  return {
    answered: (region, answer, seconds) => {
      callbacks.inc({ region, answer });
      duration.observe({ region }, seconds);
    },
    written: (region, kind, endings) => {
      for (const ending of endings) receipts.inc({ region, kind, ending });
    },
  };
}

function showLooks(registry: Registry, { pending }: Looks): void {
  const waiting = new Gauge({
    name: "volley_callbacks_pending",
    help: "Callbacks that are being written down.",
    registers: [],
    collect() {
      this.set(pending());
    },
  });
  registry.registerMetric(waiting);
}
