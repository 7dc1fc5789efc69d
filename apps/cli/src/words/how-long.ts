import type { Pace } from "../terminal/pace.ts";
import { inEnglish } from "./in-english.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A time in words, to the unit that matters: `a moment`, `20 minutes`, `an hour`, `3 days`. */
export function howLong(milliseconds: number): string {
  const [minutes, hours, days] = [MINUTE_MS, HOUR_MS, DAY_MS].map((unit) => Math.round(milliseconds / unit));
  if (!minutes) return "a moment";
  if (!hours || minutes < 60) return minutes === 1 ? "a minute" : `${minutes} minutes`;
  if (!days || hours < 48) return hours === 1 ? "an hour" : `${hours} hours`;
  return `${inEnglish(days)} days`;
}

/** Seconds that are told one by one. */
const FEW_SECONDS = 90;

/** A pace, and about how long it takes still: `12 parts/s, 40 s left`; nothing while nobody knows. @param unit - what is counted, with a space before it */
export function paceInWords({ rate, left }: Pace, unit: string): string {
  if (rate === null || left === null) return "";
  const count = rate < 10 ? rate.toFixed(1) : inEnglish(Math.round(rate));
  if (left === 0) return `${count}${unit}/s`;
  const time = left < FEW_SECONDS ? `${left} s` : `about ${howLong(left * 1_000)}`;
  return `${count}${unit}/s, ${time} left`;
}
