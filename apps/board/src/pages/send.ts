import type { BatchesPage, Explanation, SendStatus } from "@volley/producer";
import { withoutNumbers } from "@volley/contract";
import { html, type Html } from "../html/html.ts";
import { revealForm, table } from "../html/parts.ts";
import { bar, counted, fact, inTime, moment, withNoun } from "../html/words.ts";
import { name, opaqueId } from "../mask/harmless-forms.ts";
import { maskedText } from "../mask/mask-person.ts";
import { readSendFacts, type SendFacts } from "../sends/send-facts.ts";
import { requireSend, type SendAddress, sendAddress } from "../sends/send-address.ts";
import { sendDelivery } from "../sends/send-delivery.ts";
import { harmless, sendState } from "../sends/send-row.ts";
import type { Call, Doors, Route } from "../terms/route.ts";

/** Batches and failures of a page; the others are `volley export`'s. */
const MOST = 50;

/** What became of one send, and why it is where it is. */
export const sendPage: Route = {
  method: "GET",
  path: "/sends/:id",
  allowed: "viewer",
  what: "one send: story, progress, batches, deliveries, why it waits",
  isLive: true,
  handle: async (call: Call, doors: Doors) => {
    const address = sendAddress(call, doors);
    const status = await requireSend(address, doors, call.query.get("eta") === "1");
    const { id, place, query, shown } = address;
    const [why, facts, batches] = await Promise.all([
      doors.producer.explain(id, place),
      readSendFacts(doors, id, place.region),
      doors.producer.batches(id, { ...place, limit: MOST }).catch(() => null),
    ]);
    const main = html`<div data-live="send">
        <div class="notice ${status.result || status.state === "sending" ? "busy" : "warn"}">
          <p>
            <strong>${why?.reason.replaceAll("_", " ") ?? status.state}</strong>:
            ${withoutNumbers(why?.sentence ?? "")}.
          </p>
        </div>
        <div class="cards">${progressCard(status, facts)}${storyCard(status, facts, why)}</div>
        <br />
        ${sendDelivery(status.delivery)} ${batchesCard(batches)}
      </div>
      ${call.who.role === "operator" && actions(status, address)}
      ${call.who.role === "operator" && revealForm(`/sends/${encodeURIComponent(shown)}/reveal${query}`, "its text and its recipients", null)}
      <p class="small">
        <a href="/sends">All sends</a> · <a href="/queues/queue/volley-${status.region}">Its queue in bull-board</a>
      </p>`;
    return { page: { title: `Send ${shown}`, tab: "/sends", main, isLive: true } };
  },
};

function progressCard(status: SendStatus, { text, segments }: SendFacts): Html {
  const { state, result, parts, region, label, eta } = status;
  const counts = result?.recipients;
  return html`<section class="card" aria-label="Progress">
    <div class="head">
      <h2>Progress</h2>
      ${sendState(state, result)}
    </div>
    ${parts && html`<p>${bar(parts.done, parts.total, "Parts that have ended")}</p>`}
    <dl class="facts">
      ${fact("Region", region, "where it is sent")}
      ${fact("Label", harmless(name, label ?? null), "by which it is found again")}
      ${parts && fact("Parts", `${counted(parts.done)} of ${counted(parts.total)}`, "requests of up to 1,000 recipients that have ended")}
      ${parts && fact("To come", counted(parts.total - parts.done), "parts that wait, are at a worker, or are asked about")}
      ${eta !== null && fact("Done about", moment(eta), "at the limits of its region, with what is queued there now")}
      ${text !== null && fact("Text", maskedText(text), segments === 1 ? "one segment each, before values" : `${segments} segments each, before values`)}
      ${
        counts &&
        Object.entries(counts)
          .filter(([key, count]) => count > 0 || key === "accepted")
          .map(([key, count]) => fact(key, counted(count), MEANINGS[key] ?? ""))
      }
    </dl>
  </section>`;
}

const MEANINGS: Readonly<Record<string, string>> = {
  requested: "entries of the list",
  accepted: "the provider has taken the message for them",
  rejected: "not texted: no number, or refused by the provider",
  duplicate: "stood in the list before, or got the same text a while ago",
  suppressed: "opted out, or held until a person decides",
  expired: "it was too late for them",
  canceled: "stopped before they were texted",
  unknown: "nobody knows whether they were texted: resolve them",
};

function storyCard(status: SendStatus, { addedAt, takenAt, endedAt }: SendFacts, why: Explanation | null): Html {
  const { last, until, cancelAskedAt, delivery, state } = status;
  const took = addedAt && endedAt ? ` after ${inTime(endedAt.getTime() - addedAt.getTime())}` : "";
  const steps: (readonly [Date | string | null, string])[] = [
    [addedAt, "enqueued"],
    [state === "scheduled" ? null : takenAt, "taken by a worker, last"],
    [last?.at ?? null, last ? `last try: ${withoutNumbers(`${last.outcome} ${last.code}`)}` : ""],
    [cancelAskedAt ?? null, "somebody asked to stop it"],
    [endedAt, `ended${took}`],
    [delivery?.last_at ?? null, "last report of a phone"],
    [until ?? why?.until ?? null, "looked at again, at the latest"],
  ];
  const known = steps.flatMap(([at, what]) => (at === null ? [] : [{ at: new Date(at), what }]));
  const items = known.toSorted((one, other) => one.at.getTime() - other.at.getTime());
  return html`<section class="card" aria-label="Story">
    <h2>Story</h2>
    <ol class="story">
      ${items.map(({ at, what }) => html`<li>${moment(at)}<br />${what}</li>`)}
    </ol>
  </section>`;
}

function batchesCard(page: BatchesPage | null): Html | false {
  if (page === null || (page.batches.length === 0 && page.errors.length === 0)) return false;
  const codes = new Map<string, number>();
  for (const error of page.errors) codes.set(error.code, (codes.get(error.code) ?? 0) + 1);
  const errors = [...codes].map(
    ([code, count]) =>
      html`<tr>
        <td><code>${withoutNumbers(code)}</code></td>
        <td class="number">${counted(count)}</td>
      </tr>`,
  );
  const rows = page.batches.map(
    ({ id, recipients }) =>
      html`<tr>
        <td><code>${String(opaqueId(id))}</code></td>
        <td class="number">${counted(recipients)}</td>
      </tr>`,
  );
  const more =
    page.cursor !== null &&
    html`<p class="small quiet">
      The first ${withNoun(MOST, "entry", "entries")}; all of them: <code>volley export &lt;id&gt;</code>.
    </p>`;
  return html`${
    errors.length > 0 &&
    html`<h2>Errors by code</h2>
      ${table("Errors by code", ["Code", "Parts"], errors)}`
  }
  ${
    rows.length > 0 &&
    html`<h2>Batches</h2>
      ${table("Batches at the provider", ["Batch at the provider", "Recipients"], rows)}`
  }${more}`;
}

function actions({ state, result }: SendStatus, { shown, query }: SendAddress): Html {
  const path = `/sends/${encodeURIComponent(shown)}`;
  const hasEnded = state === "settled" || state === "failed";
  const left = (result?.recipients.unknown ?? 0) > 0;
  return html`<div class="actions">
      ${(!hasEnded || state === "settled") && html`<a class="button plain" href="${path}/cancel${query}">Cancel…</a>`}
      ${hasEnded && html`<a class="button plain" href="${path}/retry${query}">Send once more…</a>`}
      ${left && html`<a class="button plain" href="${path}/resolve${query}">Resolve those nobody knows about…</a>`}
    </div>
    <br />`;
}
