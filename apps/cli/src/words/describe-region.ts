import { withoutNumbers } from "@volley/contract";
import type { RegionState } from "@volley/producer";
import { type Paint, paintState } from "../terminal/paint.ts";
import { timeInWords } from "./time-in-words.ts";

/** The lines that tell a person what limits hold in a region, and which of them an operator has set. */
export function describeRegion(described: RegionState, now: Date, paint?: Paint): string[] {
  const { region, limits, overridden, requestMs, state, reason, since, nextProbe } = described;
  const { rate, rateUnit, concurrency, burstMs, urgentShare } = limits;
  const by = (name: keyof typeof limits): string => (overridden.includes(name) ? " (set by an operator)" : "");
  const pace = rate === null ? "none" : `${rate.toLocaleString("en")} ${rateUnit} per second`;
  return [
    `${region}: ${paintState(paint, state)}`,
    `  workers       ${workersInWords(described)}`,
    ...(reason === null ? [] : [`  reason        ${withoutNumbers(reason)}`]),
    ...(since === null ? [] : [`  since         ${timeInWords(since, now)}`]),
    ...(nextProbe === null ? [] : [`  asked again   ${timeInWords(nextProbe, now)}`]),
    `  rate          ${pace}${by("rate") || by("rateUnit")}`,
    `  concurrency   ${concurrency.toLocaleString("en")} requests in flight${by("concurrency")}`,
    `  burst         ${burstMs.toLocaleString("en")} ms of the rate in one request${by("burstMs")}`,
    `  urgent share  ${urgentShare}${by("urgentShare")}`,
    ...(requestMs === null ? [] : [`  a request     takes ${requestMs.toLocaleString("en")} ms`]),
  ];
}

function workersInWords({ isServed, workers: { running, refused } }: RegionState): string {
  if (!isServed) return "none has ever worked on it";
  if (running === 0) return "none is running";
  return refused === 0 ? `${running} running` : `${running} running, the provider refuses the set-up of ${refused}`;
}
