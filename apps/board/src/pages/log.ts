import { readActions } from "@volley/accounts";
import { html } from "../html/html.ts";
import { empty, table } from "../html/parts.ts";
import { moment } from "../html/words.ts";
import { type Call, type Doors, Refused, type Route } from "../terms/route.ts";

/** Lines of a page. */
const PAGE = 50;

/** Who did what. */
export const logPage: Route = {
  method: "GET",
  path: "/log",
  allowed: "viewer",
  what: "who did what, and who was refused, for 90 days",
  handle: async ({ query }: Call, { accounts }: Doors) => {
    const found = await readActions(accounts, {
      cursor: query.get("cursor") ?? undefined,
      limit: PAGE,
      now: new Date(),
    });
    if (found === null) throw new Refused(400, "cursor: expected that of a page before");
    const { actions, cursor } = found;
    const rows = actions.map(
      ({ at, who, role, what, about, reason, detail }) =>
        html`<tr>
          <td>${moment(at)}</td>
          <td>${who} ${role !== "" && html`<span class="quiet">(${role})</span>`}</td>
          <td><code>${what}</code></td>
          <td>${about}</td>
          <td>${reason}</td>
          <td class="small">${detail}</td>
        </tr>`,
    );
    const main = html`<p class="quiet">
        Everything that was changed or revealed here, and who signed in. Lines are kept for 90 days, the last 20,000 of
        them.
      </p>
      ${actions.length === 0 ? EMPTY : table("Action log", HEADINGS, rows)}
      ${cursor !== null && html`<p><a class="button plain" href="/log?cursor=${cursor}">Earlier lines</a></p>`}`;
    return { page: { title: "Action log", tab: "/log", main } };
  },
};

const HEADINGS = ["When", "Who", "What", "About", "Reason", "Details"];

const EMPTY = empty(
  "Nothing has been done here yet",
  "When somebody pauses a region, cancels a send, reveals a number or signs in, it stands here: who, when and why.",
);
