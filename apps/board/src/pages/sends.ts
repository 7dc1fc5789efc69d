import { queueName, sendId } from "@volley/contract";
import { html, type Html } from "../html/html.ts";
import { empty, table } from "../html/parts.ts";
import { withNoun } from "../html/words.ts";
import { filterForm, filterQuery, listOptions, readFilter, type SendFilter } from "../sends/send-filter.ts";
import { SEND_HEADINGS, sendPath, sendRow } from "../sends/send-row.ts";
import { type Call, type Doors, Refused, type Route } from "../terms/route.ts";

/** Sends of a page. */
const PAGE = 50;

const LONGEST_QUESTION = 200;

/** The sends of 30 days, found by what somebody knows of them. */
export const sendsPage: Route = {
  method: "GET",
  path: "/sends",
  allowed: "viewer",
  what: "sends, found by ID, key, label, sender, state, region, time",
  isLive: true,
  handle: async ({ query, who }: Call, doors: Doors) => {
    const q = (query.get("q") ?? "").trim();
    if (q !== "") return found(q, doors);
    const filter = readFilter(query);
    const cursor = query.get("cursor") ?? "";
    const options = { ...listOptions(filter, new Date()), limit: PAGE, ...(cursor && { cursor }) };
    const page = await doors.producer.list(options);
    const rows = page.sends.map((send) => sendRow(send, doors));
    const more =
      page.cursor !== null &&
      html`<p>
        <a class="button plain" href="/sends?${filterQuery(filter)}&amp;cursor=${page.cursor}">Earlier sends</a>
      </p>`;
    const isSearch = filterQuery(filter) !== "";
    const main = html`${filterForm(filter, q, doors)} ${who.role === "operator" && bulkLinks(filter)}
      <div data-live="sends">
        ${rows.length > 0 ? table("Sends", SEND_HEADINGS, rows) : nothing(isSearch, page.cursor !== null)}
      </div>
      ${more}
      <p class="small quiet">
        Recipients: those who are valid, each once. Accepted: whom the provider has taken, once the send has ended. The
        newest ${withNoun(PAGE, "send")} first; a search looks at up to 10,000 at once.
      </p>`;
    return { page: { title: "Sends", tab: "/sends", main, isLive: cursor === "" } };
  },
};

function bulkLinks(filter: SendFilter): Html {
  const query = filterQuery(filter);
  return html`<p class="actions">
    <a class="button plain" href="/bulk/cancel?${query}">Cancel all that match…</a
    ><a class="button plain" href="/bulk/retry?${query}">Send all that match once more…</a>
  </p>`;
}

function nothing(isSearch: boolean, hasMore: boolean): Html {
  if (hasMore) return empty("None among these", "Earlier sends have still to be looked at: go on below.");
  if (isSearch)
    return empty(
      "No send matches",
      html`Take something out of the filter, or <a href="/sends">look at all</a>. A label has to be written in full.`,
    );
  return empty(
    "Nothing has been sent yet",
    html`Send something: <code>volley send people.csv --region eu --from Volley --body "Hello"</code>.`,
  );
}

/** By its ID, or by the key that it was enqueued with: two calls for each region. */
async function found(q: string, { redisOf, prefix, regions, hidden }: Doors): Promise<{ readonly to: string }> {
  if (q.length > LONGEST_QUESTION) throw new Refused(400, `ID or key: expected at most ${LONGEST_QUESTION} characters`);
  const id = hidden.read(q);
  const places = regions.flatMap((region) =>
    [id, sendId(region, q)].map((each) => ({ id: each, region, key: `${prefix}:${queueName(region)}:${each}` })),
  );
  const autos = [id, sendId("auto", q)].map((each) => ({ id: each, region: "auto", key: `${prefix}:routed:${each}` }));
  const all = [...autos, ...places];
  const there = await Promise.all(all.map(async ({ region, key }) => redisOf(region).exists(key)));
  const place = all[there.indexOf(1)];
  if (place === undefined) throw new Refused(404, "No send has that ID or key, or it is not kept any more.");
  return { to: sendPath(place, { hidden }) };
}
