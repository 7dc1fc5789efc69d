import {
  DELIVERY_REPORTS,
  isRegionName,
  LIMIT_RANGES,
  LONGEST_TIMER_MS,
  numberBetween,
  objectWith,
  oneOf,
  OPTION,
  type OptionKind,
  RATE_UNITS,
  requireOptions,
  wholeNumber,
} from "@volley/contract";
import type { Cluster, Redis } from "ioredis";
import type { Log } from "../terms/log.ts";
import { type Observer, SILENT_OBSERVER } from "../terms/observer.ts";
import type { RegionOptions } from "./region-options.ts";
import type { Settings } from "../terms/settings.ts";

/** What a worker needs. */
export type VolleyWorkerOptions = {
  /** With `maxRetriesPerRequest: null`: a worker outlives a Redis that is away. It is not closed by the worker. */
  readonly redis: Redis | Cluster;
  readonly regions: readonly RegionOptions[];
  readonly log: Log;
  /** BullMQ's prefix. @default "{volley}" */
  readonly prefix?: string;
  readonly settings?: Partial<Settings>;
  readonly observer?: Observer;
  /** By this numbers stand in the suppression list as keyed hashes; as for whoever writes it. @default in clear */
  readonly suppressionSecret?: string;
  /**
   * Memory for the jobs that are read at once, in bytes: a large job waits for its share, and one that needs more than all of
   * it fails. @default what the limits of the heap and of the container leave
   */
  readonly memoryBytes?: number;
  /** @default the system's clock */
  readonly now?: () => Date;
  /** From 0 to 1. @default Math.random */
  readonly random?: () => number;
};

/** Every option of a type, none forgotten: the compiler compares them. */
type Kinds<Options> = Readonly<Record<keyof Options, OptionKind>>;

const { rate, concurrency, burstMs, urgentShare } = LIMIT_RANGES;

const WORKER: Kinds<VolleyWorkerOptions> = {
  redis: { ...objectWith(["duplicate", "sendCommand"]), expected: "a connection of ioredis" },
  regions: { expected: "a list of regions", isGood: (value) => Array.isArray(value) },
  log: objectWith(["debug", "info", "warn", "error"]),
  prefix: OPTION.text,
  settings: OPTION.object,
  observer: objectWith(Object.keys(SILENT_OBSERVER)),
  suppressionSecret: OPTION.text,
  memoryBytes: wholeNumber(1),
  now: OPTION.function,
  random: OPTION.function,
};

const SETTINGS: Kinds<Settings> = {
  workerConcurrency: wholeNumber(1),
  leadMs: wholeNumber(0, LONGEST_TIMER_MS),
  unknownHoldMs: wholeNumber(0, LONGEST_TIMER_MS),
  probeIntervalMs: OPTION.timerMs,
  lookIntervalMs: OPTION.timerMs,
  keepRecipients: OPTION.boolean,
  keepResults: OPTION.object,
  linkAnswersS: wholeNumber(0),
  proofS: wholeNumber(1),
  keepEvents: OPTION.object,
};

const KEEP_RESULTS: Kinds<Settings["keepResults"]> = {
  age: wholeNumber(0),
  bytes: wholeNumber(0),
  count: wholeNumber(0),
};

const KEEP_EVENTS: Kinds<Settings["keepEvents"]> = { bytes: wholeNumber(0), ageMs: wholeNumber(1) };

const REGION: Kinds<RegionOptions> = {
  name: {
    expected: 'a name such as "eu", neither "auto" nor "events"',
    isGood: (value) => typeof value === "string" && isRegionName(value),
  },
  client: objectWith(["sendBatch", "close"]),
  concurrency: wholeNumber(concurrency.from, concurrency.to),
  timeoutMs: OPTION.timerMs,
  rate: {
    expected: `a number from ${rate.from} to ${rate.to}, or null`,
    isGood: (value) => value === null || numberBetween(rate.from, rate.to).isGood(value),
  },
  rateUnit: oneOf(RATE_UNITS),
  burstMs: wholeNumber(burstMs.from, burstMs.to),
  urgentShare: numberBetween(urgentShare.from, urgentShare.to),
  deliveryReport: oneOf(DELIVERY_REPORTS),
  onAccepted: OPTION.function,
};

/** Without one of these there is nothing to start. */
const NEEDED = ["redis", "regions", "log"] as const;

const NEEDED_OF_REGION = ["name", "client", "concurrency"] as const;

/** @throws TypeError for an option that there is not, that is wrong, or that is missing */
export function requireWorkerOptions(options: VolleyWorkerOptions): void {
  requireOptions("startVolleyWorker", options, WORKER);
  requireAll("startVolleyWorker", options, NEEDED);
  for (const [index, region] of options.regions.entries()) {
    const where = `regions[${index}]`;
    requireOptions(where, region, REGION);
    requireAll(where, region, NEEDED_OF_REGION);
  }
  const { settings } = options;
  if (settings === undefined) return;
  requireOptions("settings", settings, SETTINGS);
  const { keepResults, keepEvents } = settings;
  if (keepResults !== undefined) {
    requireOptions("settings.keepResults", keepResults, KEEP_RESULTS);
    requireAll("settings.keepResults", keepResults, ["age", "bytes", "count"]);
  }
  if (keepEvents !== undefined) {
    requireOptions("settings.keepEvents", keepEvents, KEEP_EVENTS);
    requireAll("settings.keepEvents", keepEvents, ["bytes", "ageMs"]);
  }
}

function requireAll(where: string, options: object, names: readonly string[]): void {
  const missing = names.find((name) => Reflect.get(options, name) === undefined);
  if (missing !== undefined) throw new TypeError(`${where}.${missing}: expected a value, got nothing`);
}
