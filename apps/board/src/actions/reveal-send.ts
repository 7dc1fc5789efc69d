import type { DeliveriesPage, SendStatus } from "@volley/producer";
import { html, type Html } from "../html/html.ts";
import { table } from "../html/parts.ts";
import { moment } from "../html/words.ts";
import { requireSend, sendAddress } from "../sends/send-address.ts";
import { readSendFacts } from "../sends/send-facts.ts";
import type { Route } from "../terms/route.ts";
import { act, reasonOf } from "./act.ts";

/** Recipients of a page; `volley deliveries` has all. */
const MOST = 200;

/** Shows once what everywhere else is masked. */
export const revealSend: Route = {
  method: "POST",
  path: "/sends/:id/reveal",
  allowed: "operator",
  what: "shows the text and recipients of a send once",
  handle: async (call, doors) => {
    const address = sendAddress(call, doors);
    const { id, place, shown, query } = address;
    const { result } = await requireSend(address, doors);
    const deed = { what: "reveal", about: shown, reason: reasonOf(call) };
    const { text, deliveries } = await act(call, doors, deed, async () => ({
      ...(await readSendFacts(doors, id, place.region)),
      ...(await doors.producer.deliveries(id, { ...place, limit: MOST })),
    }));
    const main = html`<div class="notice warn" role="status">
        <p>This is shown once. It stands in the action log.</p>
      </div>
      <section class="card">
        <h2>Text</h2>
        <p>${text ?? "It is not kept, or too long to be looked into."}</p>
      </section>
      ${rejectedTable(result)} ${deliveriesTable(deliveries)}
      <p class="small quiet">The first ${MOST} of each; <code>volley deliveries</code> has all.</p>
      <p><a class="button plain" href="/sends/${encodeURIComponent(shown)}${query}">To the send</a></p>`;
    return { page: { title: "Revealed", tab: "/sends", main } };
  },
};

function rejectedTable(result: SendStatus["result"]): Html | false {
  const rows = (result?.rejected ?? []).slice(0, MOST).map(
    ({ recipient, reason, by }) =>
      html`<tr>
        <td>${recipient}</td>
        <td>${reason ?? "–"}</td>
        <td>${by ?? "–"}</td>
      </tr>`,
  );
  return rows.length > 0 && table("Rejected", ["Rejected", "Why", "By"], rows);
}

function deliveriesTable(deliveries: DeliveriesPage["deliveries"]): Html | false {
  const rows = deliveries.map(
    ({ recipient, status, at }) =>
      html`<tr>
        <td>${recipient}</td>
        <td>${status}</td>
        <td>${moment(at)}</td>
      </tr>`,
  );
  return rows.length > 0 && table("Deliveries", ["Recipient", "Status", "When"], rows);
}
