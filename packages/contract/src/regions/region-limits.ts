/** What a region's pace is counted in. */
export const RATE_UNITS = ["recipients", "segments"] as const;

/** One of {@link RATE_UNITS}. */
export type RateUnit = (typeof RATE_UNITS)[number];

/** The limits of one region over all processes. */
export type RegionLimits = {
  /** Recipients or segments per second; `null` means that nothing is paced. */
  readonly rate: number | null;
  readonly rateUnit: RateUnit;
  /** Requests in flight. */
  readonly concurrency: number;
  /** Milliseconds of the rate that one request takes at most. More is fewer batches and more of a burst. */
  readonly burstMs: number;
  /** Share of the rate that urgent sends have to themselves, 0 to 1. */
  readonly urgentShare: number;
};

/** What each limit that is a number may be; a rate may be `null`, too. */
export const LIMIT_RANGES = {
  rate: { from: 0.001, to: 1_000_000, isWhole: false },
  concurrency: { from: 1, to: 10_000, isWhole: true },
  burstMs: { from: 1, to: 60_000, isWhole: true },
  urgentShare: { from: 0, to: 1, isWhole: false },
} as const;

/** Limits of a region about which nobody has said anything. */
export const DEFAULT_REGION_LIMITS: RegionLimits = {
  rate: null,
  rateUnit: "recipients",
  concurrency: 10,
  burstMs: 1_000,
  urgentShare: 0.1,
};

/** What stands about a region in Redis. */
export type StoredLimits = {
  /** What holds: the operator's values, and where there is none the environment's of the worker that started last. */
  readonly limits: RegionLimits;
  /** The limits that an operator has set while running. */
  readonly overridden: readonly (keyof RegionLimits)[];
  /** How long a request takes on average, in milliseconds, as workers measure it. */
  readonly requestMs: number | null;
  /** How long before `send_at` workers take a send, in milliseconds; `null` where none has said so. */
  readonly leadMs: number | null;
  /** Whether a worker has said what its environment says. */
  readonly isPublished: boolean;
};

/** The fields of the hash, in the order of {@link CHANGE_LIMITS}. */
const FIELDS: Readonly<Record<keyof RegionLimits, string>> = {
  rate: "rate",
  rateUnit: "rate_unit",
  concurrency: "concurrency",
  burstMs: "burst_ms",
  urgentShare: "urgent_share",
};

const NAMES = Object.keys(FIELDS) as (keyof RegionLimits)[];

/** Written instead of a rate where there is none: an operator may take the environment's away. */
const NO_RATE = "none";

/** The field of {@link StoredLimits.requestMs}. */
export const REQUEST_MS_FIELD = "request_ms";

/** The field of {@link StoredLimits.leadMs}. */
export const LEAD_MS_FIELD = "lead_ms";

/**
 * Changes the limits of a region. Keys: the hash. Arguments: field, value, field, value, …; an empty value removes the
 * field. Without arguments it only reads.
 *
 * @returns all fields and values
 */
export const CHANGE_LIMITS = `
for index = 1, #ARGV, 2 do
  if ARGV[index + 1] == "" then redis.call("HDEL", KEYS[1], ARGV[index])
  else redis.call("HSET", KEYS[1], ARGV[index], ARGV[index + 1]) end
end
return redis.call("HGETALL", KEYS[1])`;

/**
 * Arguments of {@link CHANGE_LIMITS} that set an operator's limits; `undefined` leaves one as it is.
 *
 * @param limits - `null` for every one that shall be as the environment says again
 */
export function overrideArguments(
  limits: { readonly [Name in keyof RegionLimits]?: RegionLimits[Name] | undefined } | null,
): string[] {
  if (limits === null) return NAMES.flatMap((name) => [FIELDS[name], ""]);
  return NAMES.flatMap((name) => {
    const value = limits[name];
    return value === undefined ? [] : [FIELDS[name], value === null ? NO_RATE : String(value)];
  });
}

/** Arguments of {@link CHANGE_LIMITS} that say what a worker's environment says. They never touch an operator's. */
export function defaultArguments(limits: RegionLimits): string[] {
  return NAMES.flatMap((name) => {
    const value = limits[name];
    return [`default_${FIELDS[name]}`, value === null ? NO_RATE : String(value)];
  });
}

/**
 * Reads what {@link CHANGE_LIMITS} returns. What cannot be read counts as not set.
 *
 * @param answer - of Redis
 */
export function readLimits(answer: unknown): StoredLimits {
  const flat = Array.isArray(answer) ? answer.map(String) : [];
  const fields = new Map<string, string>();
  for (let at = 0; at + 1 < flat.length; at += 2) fields.set(flat[at] ?? "", flat[at + 1] ?? "");
  const requestMs = Number(fields.get(REQUEST_MS_FIELD));
  const lead = fields.get(LEAD_MS_FIELD) ?? "";
  return {
    limits: limitsOf((field) => fields.get(field) ?? fields.get(`default_${field}`)),
    overridden: NAMES.filter((name) => fields.has(FIELDS[name])),
    requestMs: requestMs > 0 ? requestMs : null,
    leadMs: /^\d{1,10}$/.test(lead) ? Number(lead) : null,
    isPublished: fields.has("default_concurrency"),
  };
}

function limitsOf(value: (field: string) => string | undefined): RegionLimits {
  const number = (name: "concurrency" | "burstMs" | "urgentShare"): number => {
    const text = value(FIELDS[name]);
    return text === undefined || !Number.isFinite(Number(text)) ? DEFAULT_REGION_LIMITS[name] : Number(text);
  };
  const rate = Number(value(FIELDS.rate) ?? NO_RATE);
  return {
    rate: rate > 0 ? rate : null,
    rateUnit: value(FIELDS.rateUnit) === "segments" ? "segments" : "recipients",
    concurrency: number("concurrency"),
    burstMs: number("burstMs"),
    urgentShare: number("urgentShare"),
  };
}
