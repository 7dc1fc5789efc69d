import type { RegionPlace } from "../look/place.ts";
import { MINUTES, type MinuteOutcome, minutesKey, OUTCOMES } from "./minutes-key.ts";

/** What a region did in one minute, over all processes. */
export type Minute = {
  /** When it began. */
  readonly at: Date;
  /** Recipients whom the provider has accepted. */
  readonly recipients: number;
  /** Requests by how they were answered. */
  readonly requests: Readonly<Record<MinuteOutcome, number>>;
  /** Jobs that waited, at most. */
  readonly waiting: number;
  /** For how long the next one had waited, at most, in seconds. */
  readonly lateS: number;
};

const MINUTE_MS = 60_000;

/** Reads the last hour of a region, the oldest minute first; one of which nothing is known is `null`. One call. */
export async function readMinutes(place: RegionPlace, now: Date): Promise<(Minute | null)[]> {
  const kept = Object.values(await place.redis.hgetall(minutesKey(place))).flatMap((text) => minuteOf(text) ?? []);
  const byTime = new Map(kept.map((minute) => [minute.at.getTime(), minute]));
  const last = Math.floor(now.getTime() / MINUTE_MS);
  return Array.from({ length: MINUTES }, (_, at) => byTime.get((last - MINUTES + 1 + at) * MINUTE_MS) ?? null);
}

function minuteOf(text: string): Minute | null {
  const numbers = text.split(" ").map(Number);
  if (numbers.length !== OUTCOMES.length + 4 || numbers.some((number) => !Number.isSafeInteger(number))) return null;
  const [minute = 0, recipients = 0, ...rest] = numbers;
  const requests = Object.fromEntries(OUTCOMES.map((outcome, at) => [outcome, rest[at] ?? 0]));
  const [waiting = 0, lateS = 0] = rest.slice(OUTCOMES.length);
  const at = new Date(minute * MINUTE_MS);
  return { at, recipients, requests: requests as Record<MinuteOutcome, number>, waiting, lateS };
}
