import type { HeldEntry } from "@volley/producer";
import { html, type Html } from "../html/html.ts";
import { empty, hiddenField, revealForm } from "../html/parts.ts";
import { moment } from "../html/words.ts";
import type { Page } from "../html/shell.ts";
import { maskedNumber, maskedText } from "../mask/mask-person.ts";
import { sender } from "../mask/harmless-forms.ts";
import type { Call, Doors, Route } from "../terms/route.ts";

/** People of a page. */
const PAGE = 25;

/** Who may have opted out, and is held until a person decides. */
export const maybePage: Route = {
  method: "GET",
  path: "/maybe",
  allowed: "viewer",
  what: "people who may have opted out, until a person decides",
  handle: async ({ query, who }: Call, doors: Doors) => ({
    page: await showMaybe(doors, {
      cursor: query.get("cursor") ?? "",
      isOperator: who.role === "operator",
      isRevealed: false,
    }),
  }),
};

/** How the page is shown. */
export type MaybeOptions = { readonly cursor: string; readonly isOperator: boolean; readonly isRevealed: boolean };

export async function showMaybe(
  { producer, hidden }: Doors,
  { cursor, isOperator, isRevealed }: MaybeOptions,
): Promise<Page> {
  const page = await producer.suppressions.held({ limit: PAGE, ...(cursor && { cursor }) });
  const cards = page.held.map((entry) =>
    card(entry, {
      isOperator,
      isRevealed,
      token: hidden.show(JSON.stringify([entry.number, entry.scope, entry.message_id])),
    }),
  );
  const main = html`<p>
      These people have answered something that may mean STOP. They are texted nothing until somebody decides.
      <strong>Stop</strong> puts them on the suppression list as if they had said so; <strong>go on</strong> lets them
      go, and the same message holds them no more.
    </p>
    ${isRevealed && html`<div class="notice warn" role="status"><p>Numbers and texts are shown this once. It stands in the action log.</p></div>`}
    ${isOperator && !isRevealed && page.held.length > 0 && revealForm("/maybe/reveal", "these numbers and texts", hiddenField("cursor", cursor))}
    <div class="cards">${cards}</div>
    ${page.held.length === 0 && empty("Nobody is held", "When an answer may mean STOP and Volley is not sure, whoever wrote it waits here for a decision.")}
    ${page.cursor !== null && html`<p><a class="button plain" href="/maybe?cursor=${page.cursor}">More people</a></p>`}`;
  return { title: "Maybe opted out", tab: "/maybe", main };
}

type CardOptions = Pick<MaybeOptions, "isOperator" | "isRevealed"> & { readonly token: string };

function card({ number, text, region, at, scope }: HeldEntry, { isOperator, isRevealed, token }: CardOptions): Html {
  const who = isRevealed ? number : maskedNumber(number);
  const said = isRevealed ? html`<q>${text}</q>` : maskedText(text);
  const decide = (decision: string, word: string): Html =>
    html`<form method="post" action="/maybe/decide">
      ${hiddenField("entry", token)}${hiddenField("decision", decision)}<button
        class="${decision === "stop" ? "danger" : "plain"}"
      >
        ${word}
      </button>
    </form>`;
  return html`<section class="card" aria-label="Held: ${who}">
    <h2>${who}</h2>
    <p>${said}</p>
    <p class="small quiet">${moment(at)}${region && ` to ${region}`}; for ${scopeWords(scope)}</p>
    ${isOperator && html`<div class="actions">${decide("stop", "Stop: they want no more")}${decide("no", "Go on: they did not mean that")}</div>`}
  </section>`;
}

function scopeWords(scope: HeldEntry["scope"]): string {
  if (scope === "all") return "everybody's messages";
  return "region" in scope ? `messages in ${scope.region}` : `messages of ${String(sender(scope.sender))}`;
}
