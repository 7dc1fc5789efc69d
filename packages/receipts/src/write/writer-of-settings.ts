import { createNumbering } from "@volley/opt-outs";
import type { Cluster, Redis } from "ioredis";
import type { OptOutTerms } from "./opt-out-step.ts";
import { createWriter, type Writer, type WriterOptions } from "./writer.ts";

const DAY_S = 24 * 60 * 60;

/** How long what the provider tells is kept, as processes read it from their environment. */
type Settings = {
  readonly keepDays: number;
  readonly events: { readonly keep: WriterOptions["events"] };
  readonly inbounds: WriterOptions["inbounds"] & object;
  readonly optOuts: Omit<OptOutTerms, "numbering">;
};

/** What of a process' settings a writer goes by. */
type WritingProcess = {
  readonly prefix: string;
  readonly receipts: Settings;
  /** By which numbers stand in the suppression list; `undefined` for in clear. */
  readonly suppressionSecret: string | undefined;
};

/**
 * Creates the writer of a process by its settings: whoever takes callbacks and whoever fetches write the same.
 *
 * @param nonceS - how long a nonce is remembered, in seconds. @default what it writes is signed by nobody
 */
export function writerOfSettings(
  redis: Redis | Cluster,
  { prefix, receipts, suppressionSecret }: WritingProcess,
  nonceS = 0,
): Writer {
  const { keepDays, events, inbounds } = receipts;
  const optOuts = { ...receipts.optOuts, numbering: createNumbering(suppressionSecret) };
  return createWriter({ redis, prefix, keepS: keepDays * DAY_S, nonceS, events: events.keep, inbounds, optOuts });
}
