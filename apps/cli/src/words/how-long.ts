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
