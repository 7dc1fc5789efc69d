import {
  isRegionName,
  LONGEST_TIMER_MS,
  numberBetween,
  oneOf,
  OPTION,
  type OptionKind,
  requireOptions,
  type Routes,
  type Send,
  wholeNumber,
} from "@volley/contract";
import { LIST_STATES, type ListOptions } from "./list-options.ts";
import type { RedeliverOptions } from "../way-back/redeliver.ts";
import type { ForgetOptions } from "../way-back/forget-person.ts";
import type { EventsOptions } from "../way-back/read-events.ts";
import type { InboundsOptions } from "../way-back/read-inbounds.ts";
import type { PageOption } from "../follow/read-batches.ts";
import type { CheckOptions } from "../check/check-send.ts";
import type { CoalesceOptions, CoalesceSettings } from "../enqueue/coalescer.ts";
import type { EnqueueOptions } from "../enqueue/enqueue-terms.ts";
import type { RedisTarget } from "../redis/redis-target.ts";

/**
 * Where Redis is: a URL, ioredis options (with a `url`, too), or a connection of yours, which is not closed. BullMQ says
 * `connection`; `redis` is the same thing.
 */
type ConnectionOption =
  | { readonly connection: RedisTarget; readonly redis?: undefined }
  | { readonly redis: RedisTarget; readonly connection?: undefined };

/** The Redis of one region. */
type RegionConnection = { readonly connection: RedisTarget };

/** What a producer needs. */
export type ProducerOptions = ConnectionOption & {
  /**
   * Regions with a Redis of their own, as the workers' `VOLLEY_<REGION>_REDIS_URL`: everything of their sends is kept there and
   * nowhere else. For example `{ eu: { connection: "redis://redis-eu:6379" } }`. @default all are in `connection`
   */
  readonly regions?: Readonly<Record<string, RegionConnection>>;
  /** BullMQ's prefix, the workers' own. @default "{volley}" */
  readonly prefix?: string;
  /** Deadline of one call in milliseconds; staging a long list is many calls, and has none. @default 5000 */
  readonly timeoutMs?: number;
  /**
   * How long before `send_at` a send is handed to a worker, in milliseconds, where no worker of its region has said yet how
   * long that is (`VOLLEY_LEAD_MS`). @default 60000
   */
  readonly leadMs?: number;
  /**
   * How long an idempotency key is remembered after its send is due, in milliseconds. It is remembered for longer as long as
   * anything of its send is there: its job, its result, its cancellation. @default 30 days
   */
  readonly rememberMs?: number;
  /**
   * About how many idempotency keys are remembered in each region, at most 100 bytes of Redis each. Where there are more,
   * the oldest are forgotten before their time, but for those of which something is still there. @default 100,000,000
   */
  readonly rememberKeys?: number;
  /**
   * How long a list that is being staged lives in Redis after its last thousand recipients, in milliseconds: what a
   * producer that died has left behind is gone then. A source must not pause for longer. At most a day: the stage of a send
   * that waits lives longer than that, and so is not taken for one that was left behind. @default 3600000
   */
  readonly stageTtlMs?: number;
  /** How many bytes Redis may hold before nothing more is enqueued. @default 80 % of its `maxmemory`, if it has one */
  readonly maxRedisBytes?: number;
  /**
   * To which region a number goes by the digits that it begins with: what `region: "auto"` needs, which is off without
   * them. For example `{ prefixes: { "1": "us", "1204": "ca", "46": "eu" }, default: null }`.
   */
  readonly routes?: Routes;
  /** As the workers' `VOLLEY_SUPPRESSION_SECRET`: by it numbers stand in the suppression list as hashes. @default in clear */
  readonly suppressionSecret?: string;
  /** As the workers' `VOLLEY_PROOF_DAYS`, in seconds: how long it is kept that somebody was taken off that list. @default four years */
  readonly proofS?: number;
  /**
   * As `VOLLEY_OPT_OUT_REPLICAS`: how many replicas of Redis have a change of the suppression list before it is answered, 0 to 3;
   * `auto` for one where there are any. @default "auto"
   */
  readonly optOutReplicas?: number | "auto";
  /** How `coalesce` gathers messages. */
  readonly coalesce?: CoalesceSettings;
  /** @default the system's clock */
  readonly now?: () => Date;
};

/** Where a send of another client is; the ID of one of ours says it by itself. */
export type RegionOption = { readonly region?: string };

/** Whether to estimate when a send is done behind what else waits, which takes up to 1,000 commands. @default false */
export type EtaOption = { readonly eta?: boolean };

/** How long to wait for a worker's answer, in milliseconds. @default 60000 */
export type WaitOption = { readonly waitMs?: number };

/** What a linked send has that the first one had not, for example a later `expire_at`. */
export type ChangesOption = { readonly changes?: Partial<Send> };

/** Every option of a type, none forgotten: the compiler compares them. */
type Kinds<Options> = Readonly<Record<keyof Options, OptionKind>>;

/** A hundred years in milliseconds: a time that is added to one of a send must stay a date. */
const LONGEST_MS = 100 * 365 * 24 * 60 * 60 * 1_000;

const DAY_MS = 24 * 60 * 60 * 1_000;

const FEW = wholeNumber(0, 3);

const REPLICAS: OptionKind = {
  expected: `auto or ${FEW.expected}`,
  isGood: (value) => value === "auto" || FEW.isGood(value),
};

const PRODUCER: Kinds<ProducerOptions> = {
  connection: OPTION.anything,
  redis: OPTION.anything,
  regions: OPTION.object,
  prefix: OPTION.text,
  timeoutMs: OPTION.timerMs,
  leadMs: wholeNumber(0, LONGEST_MS),
  rememberMs: wholeNumber(1, LONGEST_MS),
  rememberKeys: wholeNumber(1),
  stageTtlMs: wholeNumber(1, DAY_MS),
  maxRedisBytes: wholeNumber(1),
  routes: OPTION.anything,
  suppressionSecret: OPTION.text,
  proofS: wholeNumber(1),
  optOutReplicas: REPLICAS,
  coalesce: OPTION.object,
  now: OPTION.function,
};

const OWN: Kinds<RegionConnection> = { connection: OPTION.anything };

const COALESCE: Kinds<CoalesceSettings> = { lingerMs: wholeNumber(0, LONGEST_TIMER_MS), maxWaiting: wholeNumber(1) };

/** A region has an error of its own, and a key and a cursor have. */
const REGION: Kinds<RegionOption> = { region: OPTION.anything };

const ETA: Kinds<EtaOption> = { eta: OPTION.boolean };

const WAIT: Kinds<WaitOption> = { waitMs: OPTION.timerMs };

/** What is changed is looked at as every send is. */
const CHANGES: Kinds<ChangesOption> = { changes: OPTION.object };

const PAGE: Kinds<PageOption> = { cursor: OPTION.anything, limit: wholeNumber(1) };

const INBOUNDS: Kinds<InboundsOptions> = {
  ...REGION,
  ...PAGE,
  from: OPTION.text,
  to: OPTION.text,
  since: OPTION.text,
};

const LIST: Kinds<ListOptions> = {
  ...REGION,
  ...PAGE,
  state: oneOf(LIST_STATES),
  label: OPTION.text,
  from: OPTION.anything,
  since: OPTION.text,
  until: OPTION.text,
};

const EVENTS: Kinds<EventsOptions> = { ...PAGE, types: OPTION.anything, since: OPTION.text };

const ENQUEUE: Kinds<EnqueueOptions> = {
  region: OPTION.anything,
  idempotencyKey: OPTION.anything,
  onProgress: OPTION.function,
  signal: OPTION.signal,
  duplicates: OPTION.anything,
};

const REDELIVER: Kinds<RedeliverOptions> = { signal: OPTION.signal };

const FORGET: Kinds<ForgetOptions> = { dryRun: OPTION.boolean };

const COALESCE_CALL: Kinds<CoalesceOptions> = {
  region: OPTION.anything,
  idempotencyKey: OPTION.anything,
  owner: OPTION.anything,
};

const CHECK: Kinds<CheckOptions> = {
  region: OPTION.anything,
  pricePerSegment: numberBetween(0),
  dryRun: OPTION.function,
  duplicates: OPTION.anything,
  signal: OPTION.signal,
};

/** The options of every call, and which of its parameters they are. */
const CALLS = {
  enqueue: { at: 1, kinds: ENQUEUE },
  coalesce: { at: 1, kinds: COALESCE_CALL },
  check: { at: 1, kinds: CHECK },
  isKeyUsed: { at: 0, kinds: COALESCE_CALL },
  status: { at: 1, kinds: { ...REGION, ...ETA } },
  origin: { at: 1, kinds: REGION },
  explain: { at: 1, kinds: REGION },
  batches: { at: 1, kinds: { ...REGION, ...PAGE } },
  deliveries: { at: 1, kinds: { ...REGION, ...PAGE } },
  inbounds: { at: 0, kinds: INBOUNDS },
  events: { at: 0, kinds: EVENTS },
  redeliver: { at: 1, kinds: REDELIVER },
  list: { at: 0, kinds: LIST },
  forget: { at: 1, kinds: FORGET },
  cancel: { at: 1, kinds: { ...REGION, ...WAIT } },
  retry: { at: 1, kinds: { ...REGION, ...CHANGES } },
  resolve: { at: 2, kinds: { ...REGION, ...CHANGES, ...WAIT } },
} as const;

/** Calls that are nothing without options. */
const NEEDS_OPTIONS: ReadonlySet<string> = new Set(["enqueue", "coalesce", "isKeyUsed"]);

/** @returns the options, found good. @throws TypeError for an option that there is not, or that is wrong */
export function requireProducerOptions(options: ProducerOptions): ProducerOptions {
  requireOptions("createProducer", options, PRODUCER);
  if (options.connection !== undefined && options.redis !== undefined) {
    throw new TypeError("createProducer: expected connection or redis, which are the same thing, got both");
  }
  for (const [region, ofRegion] of Object.entries(options.regions ?? {})) {
    if (!isRegionName(region)) throw new TypeError("createProducer.regions: expected the names of regions");
    requireOptions(`createProducer.regions.${region}`, ofRegion, OWN);
    if (ofRegion.connection !== undefined) continue;
    throw new TypeError(`createProducer.regions.${region}.connection: expected where its Redis is, got nothing`);
  }
  if (options.coalesce !== undefined) requireOptions("createProducer.coalesce", options.coalesce, COALESCE);
  return options;
}

/** @throws TypeError for an option of a call that there is not, or that is wrong, and for a decision that is none */
export function requireCall(call: keyof typeof CALLS, parameters: readonly unknown[]): void {
  const { at, kinds } = CALLS[call];
  if (call === "resolve") requireDecision(parameters[1]);
  const options = parameters[at];
  if (options !== undefined || NEEDS_OPTIONS.has(call)) requireOptions(call, options, kinds);
}

/** Whatever is no decision would be taken for the other one. @throws TypeError */
function requireDecision(decision: unknown): void {
  requireOptions("resolve", { decision: decision ?? null }, { decision: oneOf(["sent", "not_sent"]) });
}
