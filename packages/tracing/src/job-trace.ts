import { type Carrier, currentCarrier, readCarrier } from "./carrier.ts";

/** Options of a job: where BullMQ keeps to which trace it belongs, and where clients of others that trace put it, too. */
export type JobTrace = { readonly telemetry?: { readonly metadata: string } };

/** @returns what a job is to carry of what is being done; nothing where nobody traces */
export function jobTrace(carrier: Carrier | null = currentCarrier()): JobTrace {
  return carrier === null ? {} : { telemetry: { metadata: JSON.stringify(carrier) } };
}

/** @returns the trace of a job, by its options; `null` where it has none that can be read */
export function traceOfJob({
  telemetry,
}: {
  readonly telemetry?: { readonly metadata?: string } | undefined;
}): Carrier | null {
  return readJson(telemetry?.metadata);
}

/** What it takes to read a job. */
type HashReader = { readonly hget: (key: string, field: string) => Promise<string | null> };

/**
 * Reads the trace of a job that somebody else may have in hand.
 *
 * @param key - of the job in Redis
 * @returns `null` where the job is gone, has none, or Redis does not say: a trace keeps nothing from happening
 */
export async function readTrace(redis: HashReader, key: string): Promise<Carrier | null> {
  const options = await redis.hget(key, "opts").catch(() => null);
  // In Redis BullMQ calls it `tm`.
  return readJson(fieldOf(parsed(options), "tm"));
}

function readJson(metadata: unknown): Carrier | null {
  return readCarrier(parsed(metadata));
}

function fieldOf(value: unknown, name: string): unknown {
  return Reflect.get(Object(value), name);
}

function parsed(text: unknown): unknown {
  try {
    return typeof text === "string" ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}
