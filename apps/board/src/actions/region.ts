import { LIMIT_RANGES, RATE_UNITS, type RegionLimits } from "@volley/contract";
import type { LimitChanges } from "@volley/producer";
import { html, type Html } from "../html/html.ts";
import { choice, field, hiddenField, reasonField } from "../html/parts.ts";
import { counted } from "../html/words.ts";
import { regionFacts, seeRegions, stateBadge } from "../pages/region-view.ts";
import { type Call, type Doors, Refused, type Route } from "../terms/route.ts";
import { act, done, preview, reasonOf } from "./act.ts";

const READ = { method: "GET", allowed: "operator" } as const;
const WRITE = { method: "POST", allowed: "operator" } as const;

/** @throws Refused for one that this board does not show */
function regionOf({ params }: Call, { regions }: Doors): string {
  const name = regions.find((region) => region === params["name"]);
  if (name === undefined) throw new Refused(404, "This board shows no such region.");
  return name;
}

async function nowOf(name: string, doors: Doors): Promise<Html> {
  const seen = (await seeRegions({ ...doors })).find((region) => region.name === name);
  return html`<p>Now: ${seen && stateBadge(seen)}</p>
    ${seen && regionFacts(seen, new Date())}`;
}

/** Pausing and resuming: what the page says before, and what is done. */
const SWITCHES = {
  pause: {
    title: "Pause",
    says: "Nothing more is sent when the requests in flight are answered. What is enqueued waits, and what expires meanwhile is not sent.",
    example: "the provider asked us to",
  },
  resume: {
    title: "Resume",
    says: "What waits is sent at the limits of the region, what is due first. What has expired meanwhile is not sent.",
    example: "the provider is well again",
  },
} as const;

function switched(how: keyof typeof SWITCHES): [Route, Route] {
  const { title, says, example } = SWITCHES[how];
  const path = `/regions/:name/${how}`;
  return [
    {
      ...READ,
      path,
      what: `what it would do to ${how} a region`,
      handle: async (call, doors) => {
        const name = regionOf(call, doors);
        const all = html`<p>${says}</p>
          ${await nowOf(name, doors)}`;
        const fields = reasonField(example);
        const action = `/regions/${name}/${how}`;
        return preview({
          title: `${title} ${name}`,
          tab: "/",
          says: all,
          action,
          fields,
          button: `${title} ${name}`,
          isGrave: how === "pause",
          back: "/",
        });
      },
    },
    {
      ...WRITE,
      path,
      what: `${how}s a region`,
      handle: async (call, doors) => {
        const name = regionOf(call, doors);
        const deed = { what: `region.${how}`, about: name, reason: reasonOf(call) };
        const state = await act(call, doors, deed, async () => doors.producer.region(name)[how]());
        const word = state.isPaused
          ? "is paused: nothing more is sent there until somebody resumes it."
          : "is not paused any more.";
        return done(`${name}: ${how}d`, "/", html`<p>${name} ${word}</p>`, ["/", "To the regions"]);
      },
    },
  ];
}

const FIELDS = ["rate", "concurrency", "burstMs", "urgentShare"] as const;

/** What was typed; `null` for a rate takes the pace away. @throws Refused naming what is no number */
function readChanges(query: URLSearchParams, now: RegionLimits): LimitChanges {
  const changes: Record<string, unknown> = {};
  for (const name of FIELDS) {
    const text = query.get(name)?.trim();
    if (text === undefined) continue;
    const value = text === "" && name === "rate" ? null : Number(text);
    const { from, to } = LIMIT_RANGES[name];
    if (value !== null && (text === "" || !(value >= from && value <= to)))
      throw new Refused(400, `${name}: expected a number from ${from} to ${to}`);
    if (value !== now[name]) changes[name] = value;
  }
  const unit = RATE_UNITS.find((known) => known === query.get("rateUnit"));
  if (unit !== undefined && unit !== now.rateUnit) changes["rateUnit"] = unit;
  return changes;
}

const MEANINGS: Readonly<Record<keyof RegionLimits, string>> = {
  rate: "Rate a second (empty: no pace)",
  rateUnit: "Rate counts",
  concurrency: "Requests in flight",
  burstMs: "Burst, in milliseconds",
  urgentShare: "Share for urgent sends, 0 to 1",
};

function shown(value: unknown): string {
  return typeof value === "number" ? counted(value) : value === null ? "none" : typeof value === "string" ? value : "–";
}

const previewLimits: Route = {
  ...READ,
  path: "/regions/:name/limits",
  what: "the limits of a region, and what changing them would do",
  handle: async (call, doors) => {
    const name = regionOf(call, doors);
    const { limits } = await doors.producer.region(name).limits();
    const changes = Object.entries(readChanges(call.query, limits));
    if (changes.length === 0) return { page: { title: `Limits of ${name}`, tab: "/", main: limitsForm(name, limits) } };
    const rows = changes.map(
      ([key, value]) =>
        html`<li>
          ${MEANINGS[key as keyof RegionLimits]}: ${shown(limits[key as keyof RegionLimits])} →
          <strong>${shown(value)}</strong>
        </li>`,
    );
    const says = html`<p>All workers of ${name} go by these within about a second, and until they are changed again:</p>
      <ul>
        ${rows}
      </ul>
      ${await nowOf(name, doors)}`;
    const fields = html`${changes.map(([key, value]) => hiddenField(key, value === null ? "" : String(value)))}${reasonField("the provider lets us send more")}`;
    return preview({
      title: `Change limits of ${name}`,
      tab: "/",
      says,
      action: `/regions/${name}/limits`,
      fields,
      button: "Change limits",
      back: `/regions/${name}/limits`,
    });
  },
};

function limitsForm(name: string, limits: RegionLimits): Html {
  const fields = FIELDS.map((key) =>
    field(MEANINGS[key], key, limits[key] === null ? "" : String(limits[key]), html`inputmode="decimal"`),
  );
  return html`<div class="card">
    <p>What is changed here counts for all workers, whatever their settings say, until it is changed again.</p>
    <form class="stack" method="get" action="/regions/${name}/limits">
      ${fields}${choice(MEANINGS.rateUnit, "rateUnit", { words: RATE_UNITS, chosen: limits.rateUnit, all: "as it is" })}
      <div class="actions"><button>See what changes</button><a class="button plain" href="/">Back</a></div>
    </form>
  </div>`;
}

const changeLimits: Route = {
  ...WRITE,
  path: "/regions/:name/limits",
  what: "changes the limits of a region",
  handle: async (call, doors) => {
    const name = regionOf(call, doors);
    const region = doors.producer.region(name);
    const { limits } = await region.limits();
    const changes = readChanges(call.form, limits);
    const detail = Object.entries(changes)
      .map(([key, value]) => `${key}: ${shown(limits[key as keyof RegionLimits])} to ${shown(value)}`)
      .join(", ");
    if (detail === "") throw new Refused(409, "The limits are like that already.");
    await act(call, doors, { what: "region.limits", about: name, reason: reasonOf(call), detail }, async () =>
      region.setLimits(changes),
    );
    return done(`Limits of ${name}`, "/", html`<p>Changed: ${detail}.</p>`, ["/", "To the regions"]);
  },
};

export const REGION_ACTIONS: readonly Route[] = [
  ...switched("pause"),
  ...switched("resume"),
  previewLimits,
  changeLimits,
];
