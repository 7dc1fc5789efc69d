import type { SendInList } from "@volley/producer";
import { html, type Html } from "../html/html.ts";
import { badge, counted, moment } from "../html/words.ts";
import { name, sender } from "../mask/harmless-forms.ts";
import type { Doors } from "../terms/route.ts";

const KINDS: Readonly<Record<string, Parameters<typeof badge>[1]>> = {
  scheduled: "plain",
  queued: "plain",
  sending: "busy",
  settled: "good",
  accepted: "good",
  partial: "warn",
  failed: "bad",
  rejected: "bad",
  unknown: "bad",
  expired: "warn",
  canceled: "warn",
};

/** Where a send is, or what it came to. */
export function sendState(state: string | null, result: { readonly state: string } | null): Html {
  const word = result?.state ?? state;
  return word === null ? html`<span class="quiet">not kept any more</span>` : badge(word, KINDS[word] ?? "plain");
}

/** A word of somebody else's as it may be shown. */
export function harmless(mask: typeof name, value: string | null): string {
  return value === null ? "–" : String(mask(value));
}

/** Where a send is looked at. Its region is said where its ID does not say it. */
export function sendPath({ id, region }: Pick<SendInList, "id" | "region">, { hidden }: Pick<Doors, "hidden">): string {
  const where = id.startsWith(`${region}-`) ? "" : `?region=${region}`;
  return `/sends/${encodeURIComponent(hidden.show(id))}${where}`;
}

/** A send as a row of a table. */
export function sendRow(send: SendInList, doors: Pick<Doors, "hidden">): Html {
  const { id, region, kind, from, label, recipients, state, result } = send;
  const what = kind === "send" ? "" : html` <span class="quiet small">${kind}</span>`;
  return html`<tr>
    <td>
      <a href="${sendPath(send, doors)}"><code>${doors.hidden.show(id)}</code></a
      >${what}
    </td>
    <td>${region}</td>
    <td>${sendState(state, result)}</td>
    <td>${harmless(name, label)}</td>
    <td>${harmless(sender, from)}</td>
    <td class="number">${counted(recipients.valid)}</td>
    <td class="number">${result ? counted(result.recipients.accepted) : "–"}</td>
    <td>${moment(send.enqueuedAt)}</td>
  </tr>`;
}

export const SEND_HEADINGS = ["Send", "Region", "State", "Label", "Sender", "Recipients", "Accepted", "Enqueued"];
