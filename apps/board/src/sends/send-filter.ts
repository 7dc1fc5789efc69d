import { readTime } from "@volley/contract";
import { LIST_STATES, type ListOptions } from "@volley/producer";
import { html, type Html } from "../html/html.ts";
import { choice, field, hiddenField } from "../html/parts.ts";
import { type Doors, Refused } from "../terms/route.ts";

/** By what sends are looked for; what is empty is not looked at. */
export type SendFilter = Readonly<Record<(typeof FIELDS)[number], string>>;

const FIELDS = ["label", "from", "state", "region", "since"] as const;

const SINCE = { "1 hour": 3_600_000, "1 day": 86_400_000, "7 days": 604_800_000 } as const;

export function readFilter(query: URLSearchParams): SendFilter {
  const entries = FIELDS.map((name) => [name, (query.get(name) ?? "").trim().slice(0, 100)] as const);
  return Object.fromEntries(entries) as Record<(typeof FIELDS)[number], string>;
}

/** @throws Refused for a state, a region or a time that there is not */
export function listOptions({ label, from, state, region, since }: SendFilter, now: Date): ListOptions {
  const known = LIST_STATES.find((each) => each === state);
  if (state !== "" && known === undefined) throw new Refused(400, `state: expected one of ${LIST_STATES.join(", ")}`);
  if (region !== "" && !/^[a-z][a-z0-9-]{0,19}$/.test(region))
    throw new Refused(400, "region: expected the name of a region");
  return {
    ...(label && { label }),
    ...(from && { from }),
    ...(known && { state: known }),
    ...(region && { region }),
    ...(since && { since: sinceOf(since, now) }),
  };
}

/** What is relative is fixed by whoever asks first: a preview and its button are about the same time. */
function sinceOf(since: string, now: Date): string {
  const back = Object.entries(SINCE).find(([name]) => name === since)?.[1];
  if (back !== undefined) return new Date(now.getTime() - back).toISOString();
  if (readTime(since) === null)
    throw new Refused(400, "since: expected 1 hour, 1 day, 7 days or a time such as 2026-12-01T09:00:00Z");
  return since;
}

/** The filter with its times fixed. */
export function fixedFilter(filter: SendFilter, now: Date): SendFilter {
  return filter.since === "" ? filter : { ...filter, since: sinceOf(filter.since, now) };
}

export function filterQuery(filter: SendFilter): string {
  return new URLSearchParams(Object.entries(filter).filter(([, value]) => value !== "")).toString();
}

export function hiddenFilter(filter: SendFilter): Html[] {
  return Object.entries(filter).map(([name, value]) => hiddenField(name, value));
}

/** The filter as a form. @param q - an ID or a key */
export function filterForm(filter: SendFilter, q: string, { regions }: Pick<Doors, "regions">): Html {
  const times = [...Object.keys(SINCE), ...(filter.since === "" || filter.since in SINCE ? [] : [filter.since])];
  return html`<form class="card inline" method="get" action="/sends" role="search" aria-label="Find sends">
    ${field("ID or key", "q", q, html`placeholder="eu-5xk2…" size="22"`)} ${field("Label", "label", filter.label)}
    ${field("Sender", "from", filter.from, html`size="12"`)}
    ${choice("State", "state", { words: LIST_STATES, chosen: filter.state, all: "any" })}
    ${choice("Region", "region", { words: [...regions, "auto"], chosen: filter.region, all: "all" })}
    ${choice("Since", "since", { words: times, chosen: filter.since, all: "30 days" })}
    <button>Find</button> <a href="/sends">Clear</a>
  </form>`;
}
