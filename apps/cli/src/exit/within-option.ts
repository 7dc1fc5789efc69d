import { readTime } from "@volley/contract";
import { CliError } from "./cli-error.ts";

const UNITS_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

const AGO = /^(?<count>\d{1,9})(?<unit>[smhd])$/;

const DATE = /^\d{4}-\d{2}-\d{2}$/;

const MOST_MS = 30 * UNITS_MS.d;

/** Reads how far `--within` looks back. @throws CliError when it is no time such as `2h` */
export function readWithin(text: string): number {
  const { count, unit } = AGO.exec(text.trim())?.groups ?? {};
  const withinMs = Number(count) * (UNITS_MS[unit as keyof typeof UNITS_MS] ?? Number.NaN);
  if (withinMs >= UNITS_MS.s && withinMs <= MOST_MS) return withinMs;
  throw new CliError("--within: expected a time such as 30m, 2h or 7d, at most 30d, got something else");
}

/** Reads `--since`: a time, or how long ago. @throws CliError when it is neither */
export function readSince(text: string, now: Date): string {
  const time = readTime(text);
  if (time !== null) return time.toISOString();
  const { count, unit } = AGO.exec(text.trim())?.groups ?? {};
  const agoMs = Number(count) * (UNITS_MS[unit as keyof typeof UNITS_MS] ?? Number.NaN);
  if (agoMs >= 0 && agoMs <= now.getTime()) return new Date(now.getTime() - agoMs).toISOString();
  if (DATE.test(text.trim()))
    throw new CliError("--since: expected a time of day, too, such as 2026-12-01T09:00:00Z, got a date alone");
  throw new CliError("--since: expected a time as ISO-8601, or how long ago such as 30m, 2h or 7d, got something else");
}
