import { queueKey, type RegionPlace } from "../look/place.ts";

/** The last hour of a region: a hash with a field for each of its minutes, which the next hour takes the place of. */
export function minutesKey({ prefix, region }: Pick<RegionPlace, "prefix" | "region">): string {
  return `${prefix}:minutes:${region}`;
}

/** Answers of the provider that are told apart, in the order in which they stand in a field. */
export const OUTCOMES = ["accepted", "rejected", "throttled", "unauthorized", "unavailable", "unknown"] as const;

/** How the provider has answered, or that nobody knows. */
export type MinuteOutcome = (typeof OUTCOMES)[number];

export const MINUTES = 60;

/** Where BullMQ keeps what waits. */
export function waitingKeys(place: Pick<RegionPlace, "prefix" | "region">): [list: string, set: string, job: string] {
  return [queueKey(place, "wait"), queueKey(place, "prioritized"), queueKey(place, "")];
}
