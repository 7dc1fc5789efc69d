import type { SendStatus } from "@volley/producer";
import { withoutNumbers } from "@volley/contract";
import { html, type Html } from "../html/html.ts";
import { counted, fact } from "../html/words.ts";

const MEANINGS: Readonly<Record<string, string>> = {
  delivered: "the phone has it",
  failed: "it could not be delivered",
  expired: "the phone was off for too long",
  rejected: "the operator or the provider has refused it",
  aborted: "the provider has not sent it",
  deleted: "the provider has not sent it, because it was canceled",
  unknown: "the provider does not know",
  open: "not yet known",
  queued: "of those: at the provider",
  dispatched: "of those: at the operator",
  unreported: "nothing was heard, and nothing will be",
};

/** What became of the messages, as far as was reported. */
export function sendDelivery(delivery: SendStatus["delivery"]): Html {
  if (delivery === null) {
    return html`<section class="card">
      <h2>Deliveries</h2>
      <p class="quiet">No reports were asked for: <code>delivery_report</code> in the send does.</p>
    </section>`;
  }
  const counts = Object.entries(delivery).flatMap(([key, count]) =>
    typeof count === "number" ? [[key, count] as const] : [],
  );
  const codes = Object.entries(delivery.by_code).slice(0, 30);
  return html`<section class="card">
    <h2>Deliveries</h2>
    <dl class="facts">
      ${counts.filter(([, count]) => count > 0).map(([key, count]) => fact(key, counted(count), MEANINGS[key] ?? "as the provider says"))}
    </dl>
    ${codes.length > 0 && html`<p class="small">By code: ${codes.map(([code, count]) => html`<code>${withoutNumbers(code)}</code> ${counted(count)} `)}</p>`}
  </section>`;
}
