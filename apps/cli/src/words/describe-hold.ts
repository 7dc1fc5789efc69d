import { withoutNumbers } from "@volley/contract";
import type { RegionHold } from "@volley/producer";
import { timeInWords } from "./time-in-words.ts";

/** Why a region does not send: `eu is suspended since 09:12 UTC: the provider … ; it is asked again at 09:20 UTC`. */
export function describeHold({ region, state, reason, since, nextProbe }: RegionHold, now: Date): string {
  const from = since === null ? "" : ` since ${timeInWords(since, now)}`;
  if (state === "paused") return `${region} is paused${from}: volley region resume ${region}`;
  if (state === "unattended") return `no worker of ${region} is running: nothing is sent until one does`;
  const why = reason === null ? "" : `: ${withoutNumbers(reason)}`;
  const asked = reason?.includes("suppression list") ? "it is read" : "the provider is asked";
  const probe = nextProbe === null ? "" : `; ${asked} again at ${timeInWords(nextProbe, now)}`;
  return `${region} ${state === "held" ? "backs off" : `is ${state}`}${from}${why}${probe}`;
}
