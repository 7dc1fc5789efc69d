import { isRoutedId, readTime, regionOfSendId } from "@volley/contract";
import { html, type Html } from "../html/html.ts";
import { choice, empty, field, hiddenField, revealForm, table } from "../html/parts.ts";
import { moment } from "../html/words.ts";
import type { Page } from "../html/shell.ts";
import { sender } from "../mask/harmless-forms.ts";
import { maskedNumber, maskedText } from "../mask/mask-person.ts";
import { type Call, type Doors, Refused, type Route } from "../terms/route.ts";
import { newestOf } from "./newest.ts";

/** Messages of a page. */
const PAGE = 50;

/** What people have texted. */
export const inboxPage: Route = {
  method: "GET",
  path: "/inbox",
  allowed: "viewer",
  what: "what people have texted, masked",
  isLive: true,
  handle: async ({ query, who }: Call, doors: Doors) => ({
    page: await showInbox(doors, query, { isOperator: who.role === "operator", isRevealed: false }),
  }),
};

type InboxOptions = { readonly isOperator: boolean; readonly isRevealed: boolean };

/** @param query - `region`; with `since` the messages from then on, page by page, else the newest */
export async function showInbox(
  doors: Doors,
  query: URLSearchParams,
  { isOperator, isRevealed }: InboxOptions,
): Promise<Page> {
  const place = placeOf(query);
  const { region, since, cursor } = place;
  const { entries, isCut, later } = await readMessages(doors, place);
  const rows = entries.map((inbound) => row(inbound, isRevealed, doors));
  const fields = [hiddenField("region", region), hiddenField("since", since), hiddenField("cursor", cursor)];
  const main = html`<form class="card inline" method="get" action="/inbox" role="search" aria-label="Find messages">
      ${choice("Region", "region", { words: doors.regions, chosen: region, all: "all" })}
      ${field("From then on", "since", since, html`placeholder="2026-12-01T09:00:00Z" size="22"`)}<button>Find</button>
      <a href="/inbox">The newest</a>
    </form>
    ${isRevealed && html`<div class="notice warn" role="status"><p>Numbers and texts are shown this once. It stands in the action log.</p></div>`}
    ${isOperator && !isRevealed && entries.length > 0 && revealForm("/inbox/reveal", "these numbers and texts", fields)}
    <div data-live="inbox">
      ${rows.length > 0 ? table("Messages", ["Received", "From", "To", "Region", "Text", "Answers to"], rows) : NOTHING}
    </div>
    ${isCut && html`<p class="small quiet">So many come that newer ones stand behind these: look from a time on.</p>`}
    ${later !== null && html`<p><a class="button plain" href="/inbox?${new URLSearchParams({ region: region, since: since, cursor: later }).toString()}">Later messages</a></p>`}`;
  return { title: "Inbox", tab: "/inbox", main, isLive: !isRevealed && since === "" };
}

function placeOf(query: URLSearchParams): Place {
  return { region: query.get("region") ?? "", since: query.get("since") ?? "", cursor: query.get("cursor") ?? "" };
}

const NOTHING = empty(
  "No message",
  "What people text to your numbers stands here for 30 days, once callbacks reach Volley or a worker polls for them.",
);

type Message = Awaited<ReturnType<Doors["producer"]["inbounds"]>>["inbounds"][number];

type Place = { readonly region: string; readonly since: string; readonly cursor: string };

async function readMessages({ producer }: Doors, { region, since, cursor }: Place) {
  const where = region === "" ? {} : { region };
  if (since === "") {
    const { entries, isCut } = await newestOf(PAGE, new Date(), async (from) => {
      const page = await producer.inbounds({ ...where, ...from });
      return { entries: page.inbounds, cursor: page.cursor };
    });
    return { entries, isCut, later: null };
  }
  if (readTime(since) === null) throw new Refused(400, "since: expected a time such as 2026-12-01T09:00:00Z");
  const page = await producer.inbounds({ ...where, since, limit: PAGE, ...(cursor && { cursor }) });
  return { entries: page.inbounds, isCut: false, later: page.cursor };
}

function row(inbound: Message, isRevealed: boolean, { hidden }: Doors): Html {
  const { at, region, send_id: send } = inbound;
  const [from, to, body] = [inbound["from"], inbound["to"], inbound["body"]].map((value) =>
    typeof value === "string" ? value : "",
  );
  const isOurs = send !== null && (isRoutedId(send) || regionOfSendId(send) !== null);
  const link =
    send !== null &&
    html`<a href="/sends/${encodeURIComponent(hidden.show(send))}${!isOurs && `?region=${region}`}"
      ><code>${hidden.show(send)}</code></a
    >`;
  return html`<tr>
    <td>${moment(at)}</td>
    <td>${isRevealed ? from : maskedNumber(from)}</td>
    <td>${isRevealed ? to : String(sender(to))}</td>
    <td>${region}</td>
    <td>${isRevealed ? html`<q>${body}</q>` : maskedText(body)}</td>
    <td>${link || html`<span class="quiet">not known</span>`}</td>
  </tr>`;
}
