import type { Role } from "@volley/accounts";
import { html, type Html } from "./html.ts";
import { SCRIPT_PATH, STYLE_PATH, ICON_PATH } from "./assets.ts";

/** What a page is made of. */
export type Page = {
  readonly title: string;
  readonly main: Html;
  /** Which of {@link TABS} it belongs to. */
  readonly tab?: string;
  /** Whether its parts with `data-live` are brought up to date while somebody looks. */
  readonly isLive?: boolean;
};

/** Whose page it is; `null` for whoever has still to sign in. */
export type Viewer = { readonly name: string; readonly role: Role; readonly canSignOut: boolean } | null;

/** Every page that can be gone to from everywhere. */
export const TABS = [
  ["/", "Regions"],
  ["/sends", "Sends"],
  ["/maybe", "Maybe opted out"],
  ["/inbox", "Inbox"],
  ["/events", "Events"],
  ["/log", "Action log"],
  ["/queues", "Queues and jobs"],
] as const;

/** Writes a whole page. @param path - where it is, with its query: what is live is asked for there */
export function shell({ title, main, tab, isLive = false }: Page, viewer: Viewer, path: string): string {
  const live = isLive && html` data-live-from="/live${path}"`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>${title} · Volley</title>
<link rel="icon" type="image/svg+xml" href="${ICON_PATH}">
<link rel="stylesheet" href="${STYLE_PATH}">
<script src="${SCRIPT_PATH}" defer></script>
</head>
<body${live}>
<a class="skip" href="#main">To the content</a>
<header class="top">
<a class="brand" href="/" aria-label="Volley, regions"><svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true"><path d="M3 5h18v11H9l-6 5z"/></svg>Volley</a>
${viewer && navigation(tab)}
${viewer && whoIsIt(viewer)}
</header>
<main id="main" tabindex="-1">
<h1>${title}</h1>
${main}
</main>
<footer class="foot"><span id="live-state" role="status"></span></footer>
</body>
</html>`.toString();
}

function navigation(tab: string | undefined): Html {
  const links = TABS.map(
    ([path, name]) => html`<li><a href="${path}" ${path === tab && html` aria-current="page"`}>${name}</a></li>`,
  );
  return html`<nav aria-label="Pages">
    <ul>
      ${links}
    </ul>
  </nav>`;
}

function whoIsIt({ name, role, canSignOut }: NonNullable<Viewer>): Html {
  const button = html`<form method="post" action="/sign-out"><button class="plain">Sign out</button></form>`;
  return html`<div class="who">
    <span>${name} <span class="quiet">(${role})</span></span
    >${canSignOut && button}
  </div>`;
}
