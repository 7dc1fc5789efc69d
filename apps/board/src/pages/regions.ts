import { html, type Html } from "../html/html.ts";
import { withNoun } from "../html/words.ts";
import type { Call, Doors, Route } from "../terms/route.ts";
import { regionCharts } from "./region-charts.ts";
import { regionFacts, type RegionSeen, seeRegions, stateBadge } from "./region-view.ts";

/** Whether every region sends, and how much waits. */
export const regionsPage: Route = {
  method: "GET",
  path: "/",
  allowed: "viewer",
  what: "all regions: whether they send, and what waits",
  isLive: true,
  handle: async ({ who }: Call, doors: Doors) => {
    const [seen, now] = [await seeRegions(doors), new Date()];
    const main = html`<div data-live="regions">
      ${summary(seen)}
      <div class="cards">${seen.map((region) => card(region, who.role === "operator", now))}</div>
    </div>`;
    return { page: { title: "Regions", tab: "/", main, isLive: true } };
  },
};

/** One sentence about all of them. */
function summary(seen: readonly RegionSeen[]): Html {
  const waiting = seen.filter(({ state }) => state.word !== "sends");
  if (waiting.length === 0) return html`<div class="notice good"><p>${everyOne(seen.length)}</p></div>`;
  const names = waiting.map(({ name, state }) => `${name} (${state.word})`).join(", ");
  return html`<div class="notice warn">
    <p>
      ${withNoun(waiting.length, "region")} of ${seen.length} ${waiting.length === 1 ? "does" : "do"} not send:
      ${names}.
    </p>
  </div>`;
}

function everyOne(count: number): string {
  return count === 1 ? "The one region sends." : count === 2 ? "Both regions send." : `All ${count} regions send.`;
}

function card(region: RegionSeen, isOperator: boolean, now: Date): Html {
  const { name, state } = region;
  const path = `/regions/${name}`;
  const isPaused = state.word === "paused";
  const actions = html`<div class="actions">
    <a class="button plain" href="${path}/${isPaused ? "resume" : "pause"}">${isPaused ? "Resume" : "Pause"} ${name}…</a
    ><a class="button plain" href="${path}/limits">Limits of ${name}…</a>
  </div>`;
  return html`<section class="card" aria-labelledby="region-${name}">
    <div class="head">
      <h2 id="region-${name}">${name}</h2>
      <div>${stateBadge(region)}</div>
    </div>
    ${state.reason !== null && html`<p>${state.reason}</p>`} ${regionFacts(region, now)}
    ${regionCharts(region.minutes, region.look)}
    <p class="small"><a href="/sends?region=${name}">Sends of ${name}</a></p>
    ${isOperator && actions}
  </section>`;
}
