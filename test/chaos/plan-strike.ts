import type { Fault } from "@volley/emulator";
import type { ChaosPlanOptions, StrikeAction, StrikeKind, StruckLimits } from "./chaos-plan.ts";
import type { SeededRandom } from "./seeded-random.ts";

/** The worker's lock lasts ten seconds: a stop that is longer lets another worker take its jobs. */
const STOP_MS = { shortest: 11_000, longest: 16_000 } as const;

/** An append-only file is synced once a second: no more than that is forgotten when the power fails. */
const MOST_FORGOTTEN_MS = 1_000;

/** A late listing must end within the workers' hold, the guarantee's documented limit. */
const LATEST_LISTING_MS = 700;

type FaultAction = Fault["action"];

/** Fills in what a strike of one kind does. */
export function planStrike(kind: StrikeKind, options: ChaosPlanOptions, random: SeededRandom): StrikeAction {
  const { integer } = random;
  const worker = integer(0, options.workers - 1);
  switch (kind) {
    case "worker_kill":
      return { on: "worker", how: "kill", worker, downMs: integer(200, 5_000) };
    case "worker_stop":
      return { on: "worker", how: "stop", worker, downMs: integer(STOP_MS.shortest, STOP_MS.longest) };
    case "worker_term":
      return { on: "worker", how: "term", worker, downMs: integer(0, 3_000) };
    case "webhooks_kill":
      return { on: "webhooks", downMs: integer(100, 4_000) };
    case "redis_kill":
      return { on: "redis", how: "kill", downMs: integer(50, 1_000), forgetMs: 0 };
    case "redis_forget":
      return { on: "redis", how: "kill", downMs: integer(50, 1_000), forgetMs: integer(200, MOST_FORGOTTEN_MS) };
    case "redis_disconnect":
      return { on: "redis", how: "disconnect" };
    case "limits":
      return { on: "region", how: "limits", region: random.pick(options.regions), limits: planLimits(random) };
    case "pause":
      return { on: "region", how: "pause", region: random.pick(options.regions), lastsMs: integer(500, 4_000) };
    default:
      return planProviderStrike(kind, options, random);
  }
}

function planProviderStrike(
  kind: Exclude<StrikeKind, `worker_${string}` | `redis_${string}` | "webhooks_kill" | "limits" | "pause">,
  options: ChaosPlanOptions,
  random: SeededRandom,
): StrikeAction {
  const { integer, pick } = random;
  const isAccepted = (): boolean => pick([true, false]);
  switch (kind) {
    case "drop_after_accept":
      return sends(random, { kind: "drop", accept: true });
    case "drop_before_accept":
      return sends(random, { kind: "drop", accept: false });
    case "reset":
      return sends(random, { kind: "drop", accept: isAccepted(), after_ms: integer(20, 800) });
    case "throttle": {
      const retryAfter = pick([null, 1, 2]);
      return sends(random, {
        kind: "status",
        status: 429,
        ...(retryAfter !== null && { headers: { "retry-after": String(retryAfter) } }),
      });
    }
    case "server_error":
      return sends(random, { kind: "status", status: pick([500, 502, 503, 504]), accept: isAccepted() });
    case "slow_answer":
      return sends(random, { kind: "latency", ms: integer(2_500, 5_000) });
    case "malformed":
      return sends(random, {
        kind: "malformed",
        shape: pick(["truncated", "html", "no_id", "empty"]),
        accept: isAccepted(),
      });
    case "late_listing": {
      // Alone it would be seen by nobody: the answer must be lost as well, so that the list is asked.
      const times = integer(1, 3);
      const match = { method: "POST", plan: planOf(pick(options.regions)) };
      const late: FaultAction = { kind: "late_listing", ms: integer(200, LATEST_LISTING_MS) };
      return provider([
        { match, times, action: late },
        { match, times, action: { kind: "drop", accept: true } },
      ]);
    }
    case "ask_trouble": {
      const action = pick<FaultAction>([
        { kind: "status", status: 500 },
        { kind: "status", status: 429 },
        { kind: "malformed", shape: "truncated", accept: false },
        { kind: "malformed", shape: "html", accept: false },
        { kind: "malformed", shape: "empty", accept: false },
        { kind: "drop", accept: false },
        { kind: "latency", ms: 3_000 },
      ]);
      return provider([{ match: { method: "GET", path: "/batches" }, times: integer(1, 4), action }]);
    }
    case "outage":
      return provider([{ times: null, action: { kind: "drop", accept: false } }], outageMs(options, random));
    case "unauthorized": {
      const match = { plan: planOf(pick(options.regions)) };
      const action: FaultAction = { kind: "status", status: 401 };
      return provider([{ match, times: null, action }], integer(1_000, 8_000));
    }
  }
}

/** Slow enough that sends are cut, and fast enough that a run ends. */
const RATES = [1_000, 2_000, 4_000, null] as const;

function planLimits({ pick, integer }: SeededRandom): StruckLimits {
  return { rate: pick(RATES), concurrency: integer(2, 5) };
}

/** Up to a minute in a run that is long enough for it. */
function outageMs({ seconds }: ChaosPlanOptions, { integer }: SeededRandom): number {
  const longestMs = Math.min(60_000, seconds * 250);
  return integer(Math.ceil(longestMs / 4), Math.ceil(longestMs));
}

function sends({ integer }: SeededRandom, action: FaultAction): StrikeAction {
  return provider([{ match: { method: "POST" }, times: integer(1, 6), action }]);
}

function provider(faults: readonly Fault[], lastsMs: number | null = null): StrikeAction {
  return { on: "provider", faults, lastsMs };
}

/** The service plan of a region, as the harness names it. */
export function planOf(region: string): string {
  return `${region}-plan`;
}
