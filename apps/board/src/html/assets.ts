import { createHash } from "node:crypto";
import { SCRIPT } from "./script.ts";
import { STYLE } from "./style.ts";

const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path fill="#2563c9" d="M3 4h18v12H9l-6 5z"/></svg>';

/** Another content has another address: a browser may keep what it has. */
function addressed(name: string, text: string): string {
  const [stem, ending] = name.split(".");
  return `/assets/${stem}-${createHash("sha256").update(text).digest("hex").slice(0, 10)}.${ending}`;
}

export const STYLE_PATH = addressed("board.css", STYLE);
export const SCRIPT_PATH = addressed("board.js", SCRIPT);
export const ICON_PATH = addressed("icon.svg", ICON);

/** What pages load, by its path. */
export const ASSETS: ReadonlyMap<string, { readonly type: string; readonly text: string }> = new Map([
  [STYLE_PATH, { type: "text/css; charset=utf-8", text: STYLE }],
  [SCRIPT_PATH, { type: "text/javascript; charset=utf-8", text: SCRIPT }],
  [ICON_PATH, { type: "image/svg+xml", text: ICON }],
]);
