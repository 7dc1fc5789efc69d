import { EVENT_TYPES, type Endpoint, type EventType } from "@volley/producer";
import { withoutNumbers } from "@volley/contract";
import { html, type Html } from "../html/html.ts";
import { choice, empty, table } from "../html/parts.ts";
import { badge, counted, moment } from "../html/words.ts";
import { count, oneOf, url } from "../mask/harmless-forms.ts";
import { type Call, type Doors, Refused, type Route } from "../terms/route.ts";
import { type Newest, newestOf } from "./newest.ts";

const PAGE = 50;

/** What happened, and who is told. */
export const eventsPage: Route = {
  method: "GET",
  path: "/events",
  allowed: "viewer",
  what: "what has happened, and the endpoints that are told",
  isLive: true,
  handle: async ({ query, who }: Call, doors: Doors) => {
    const typed = query.get("type") ?? "";
    const type = EVENT_TYPES.find((known) => known === typed);
    if (typed !== "" && type === undefined) throw new Refused(400, "type: expected a type of events");
    const [endpoints, events] = await Promise.all([doors.producer.endpoints.list(), readEvents(doors, type)]);
    const rows = events.entries.map((event) => eventRow(event, doors));
    const main = html`<section data-live="endpoints">
        <h2>Endpoints</h2>
        ${endpoints.length > 0 ? html`<div class="cards">${endpoints.map((each) => endpointCard(each, who.role === "operator"))}</div>` : NO_ENDPOINT}
      </section>
      <br />
      <h2>Events</h2>
      <form class="card inline" method="get" action="/events" aria-label="Find events">
        ${choice("Type", "type", { words: EVENT_TYPES, chosen: typed, all: "all" })}<button>Find</button>
      </form>
      <div data-live="events">
        ${rows.length > 0 ? table("Events", ["When", "Type", "Region", "About", "Says"], rows) : NO_EVENT}
      </div>
      <p class="small quiet">
        ${events.isCut ? `${PAGE} of the last minutes; so many come that newer ones stand behind them.` : `The newest ${PAGE}.`}
        Who they are about and what was texted is in none of them here.
      </p>`;
    return { page: { title: "Events and endpoints", tab: "/events", main, isLive: true } };
  },
};

const NO_ENDPOINT = empty(
  "Nobody is told",
  html`Have events delivered to a service of yours: <code>volley webhook add https://shop.example/volley</code>.`,
);

const NO_EVENT = empty(
  "No event",
  "Sends that end, messages from phones and reports of deliveries stand here for three days.",
);

type Event = Awaited<ReturnType<Doors["producer"]["events"]>>["events"][number];

async function readEvents({ producer }: Doors, type: EventType | undefined): Promise<Newest<Event>> {
  return newestOf(PAGE, new Date(), async (from) => {
    const page = await producer.events({ ...from, ...(type && { types: [type] }) });
    return { entries: page.events, cursor: page.cursor };
  });
}

const WORDS = oneOf([
  "accepted",
  "partial",
  "rejected",
  "failed",
  "unknown",
  "canceled",
  "expired",
  "suspended",
  "resumed",
  "delivered",
]);

/** Of what an event says no more than is known to name nobody. */
function eventRow({ at, type, region, data }: Event, { hidden }: Doors): Html {
  const send = typeof data["send_id"] === "string" ? data["send_id"] : null;
  const says = ["state", "status", "code", "batches"].flatMap((key) => {
    const value = data[key];
    if (value === undefined || value === null) return [];
    return [
      `${key} ${String(typeof value === "number" ? count(value) : WORDS(typeof value === "string" ? value.toLowerCase() : value))}`,
    ];
  });
  return html`<tr>
    <td>${moment(at)}</td>
    <td><code>${type}</code></td>
    <td>${region}</td>
    <td>
      ${send !== null && html`<a href="/sends/${encodeURIComponent(hidden.show(send))}?region=${region}"><code>${hidden.show(send)}</code></a>`}
    </td>
    <td class="small">${says.join(", ")}</td>
  </tr>`;
}

function endpointCard(endpoint: Endpoint, isOperator: boolean): Html {
  const { id, url: address, state, reason, since, failing_since: failing, failure, waiting, types, regions } = endpoint;
  const kind = state === "disabled" ? "bad" : failing === null ? "good" : "warn";
  const word = state === "disabled" ? "disabled" : failing === null ? "enabled" : "failing";
  return html`<section class="card" aria-label="Endpoint ${id}">
    <div class="head">
      <h3>${String(url(address))}</h3>
      ${badge(word, kind)}
    </div>
    <p class="small quiet">
      <code>${id}</code> since ${moment(since)}${reason !== null && `, because of ${withoutNumbers(reason)}`}
    </p>
    ${failing !== null && html`<p>Every request has failed since ${moment(failing)}${failure !== null && `: ${withoutNumbers(failure)}`}.</p>`}
    <p class="small">
      ${counted(waiting)} waiting · ${types === null ? "all types" : types.join(", ")} ·
      ${regions === null ? "all regions" : regions.join(", ")}
    </p>
    ${isOperator && state === "enabled" && html`<div class="actions"><a class="button plain" href="/endpoints/${id}/replay">Deliver once more…</a></div>`}
  </section>`;
}
