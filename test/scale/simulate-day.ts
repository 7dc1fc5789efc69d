import { COSTS, type Kind, KINDS } from "./costs.ts";

/** Which share of the recipients of a day is texted how; the shares are 1 together. */
export type Mix = Readonly<Record<Kind, number>>;

/** What one region's day comes to. */
type Day = {
  /** Recipients that come in the busiest minute, each second. */
  readonly peakPerSecond: number;
  /** Of one Redis, in the busiest minute; more than 1: it does not keep up. */
  readonly redisBusy: number;
  /** How long somebody waits for Redis and the workers at worst, in minutes. */
  readonly latestMinutes: number;
  /** CPUs of workers in the busiest minute. */
  readonly workerCpus: number;
  readonly keptBytes: number;
};

const MINUTES = 24 * 60;

const MINUTE_US = 60_000_000;

/** More of its one thread is not planned with: what is left is for bursts within a minute. */
const MOST_BUSY = 0.6;

/** From hour to hour: little at night, most in the morning and late in the afternoon. */
const HOURS = [1, 1, 1, 1, 1, 2, 4, 8, 14, 12, 9, 8, 9, 8, 7, 8, 10, 11, 8, 5, 3, 2, 1, 1];

/** Campaigns begin on the hour: so many times as much comes in its first ten minutes as in the others. */
const BURST = 4;

const BURST_MINUTES = 10;

/** @param redises - among which the recipients are divided, by region or by service */
export function simulateDay(recipients: number, mix: Mix, redises: number): Day {
  const costOf = (field: "redisUs" | "workerUs" | "keptBytes"): number =>
    KINDS.reduce((sum, kind) => sum + mix[kind] * COSTS[kind][field], 0);
  const weights = Array.from({ length: MINUTES }, (_, minute) => weightOf(minute));
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  let [waitingUs, latest, peak] = [0, 0, 0];
  for (const weight of weights) {
    const come = (recipients * weight) / all;
    peak = Math.max(peak, come);
    waitingUs += (come * costOf("redisUs")) / redises;
    // What is left over after the minute's share of Redis waits for as long as it takes to work it off.
    waitingUs = Math.max(0, waitingUs - MINUTE_US * MOST_BUSY);
    latest = Math.max(latest, waitingUs / (MINUTE_US * MOST_BUSY));
  }
  return {
    peakPerSecond: peak / 60,
    redisBusy: (peak * costOf("redisUs")) / redises / MINUTE_US,
    latestMinutes: latest,
    workerCpus: (peak * costOf("workerUs")) / MINUTE_US,
    keptBytes: recipients * costOf("keptBytes"),
  };
}

/** How many Redis it takes so that nobody waits for one. */
export function redisesFor(recipients: number, mix: Mix): number {
  return Math.max(1, Math.ceil(simulateDay(recipients, mix, 1).redisBusy / MOST_BUSY));
}

/** The most recipients a day that one Redis takes so. */
export function mostOfOne(mix: Mix): number {
  return MOST_BUSY / simulateDay(1, mix, 1).redisBusy;
}

function weightOf(minute: number): number {
  return (HOURS[Math.floor(minute / 60)] ?? 0) * (minute % 60 < BURST_MINUTES ? BURST : 1);
}
