import type { Minute, RegionLook } from "@volley/fleet";
import { barChart, curveChart } from "../html/chart.ts";
import { html, type Html } from "../html/html.ts";

const SECONDS = 60;

/** The last hour of a region: rate against limit, what waited, how the provider answered, how late it was. */
export function regionCharts(minutes: readonly (Minute | null)[], look: RegionLook | null): Html {
  if (minutes.every((minute) => minute === null)) {
    return html`<p class="small quiet">Nothing is known of the last hour: workers write it down while they run.</p>`;
  }
  const limits = look?.limits.limits;
  const limit = limits?.rateUnit === "recipients" ? limits.rate : null;
  const of = (pick: (minute: Minute) => number): (number | null)[] => minutes.map((minute) => minute && pick(minute));
  const answered = (pick: (requests: Minute["requests"]) => number): number[] =>
    minutes.map((minute) => (minute === null ? 0 : pick(minute.requests)));
  return html`<div class="charts">
    ${curveChart({ name: "Rate", unit: "recipients a second", values: of(({ recipients }) => recipients / SECONDS), limit })}
    ${curveChart({ name: "Waiting", unit: "sends and parts", values: of(({ waiting }) => waiting) })}
    ${barChart("Answers", [
      { kind: "good", name: "accepted", values: answered(({ accepted }) => accepted) },
      {
        kind: "warn",
        name: "throttled or away",
        values: answered(({ throttled, unavailable }) => throttled + unavailable),
      },
      {
        kind: "bad",
        name: "refused or unknown",
        values: answered(({ rejected, unauthorized, unknown }) => rejected + unauthorized + unknown),
      },
    ])}
    ${curveChart({ name: "Lateness", unit: "s", values: of(({ lateS }) => lateS) })}
  </div>`;
}
