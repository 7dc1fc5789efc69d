import type { SuppressionEntry, SuppressionOptions, SuppressionScope } from "@volley/producer";
import { csvLine } from "../csv/csv-line.ts";
import { safeCell } from "../csv/safe-cell.ts";
import { CliError } from "../exit/cli-error.ts";

/** The columns of the list as a file. */
export const SUPPRESSION_COLUMNS = ["number", "scope", "kind", "at", "who", "why"] as const;

/** `all`, `region:eu` or `sender:12015550123`. */
export function scopeInWords(scope: SuppressionScope): string {
  if (scope === "all") return "all";
  return "region" in scope ? `region:${scope.region}` : `sender:${scope.sender}`;
}

/** Who did something, and why; nothing where somebody who was forgotten took that along. */
export function byWhom(who: string, why: string): string {
  return `${who === "" ? "" : `, by ${who}`}${why === "" ? "" : `: ${why}`}`;
}

/** Reads {@link scopeInWords}. @throws CliError */
function readScope(text: string): SuppressionScope {
  const [kind, ...rest] = text.split(":");
  const name = rest.join(":");
  if (kind === "region" && name !== "") return { region: name };
  if (kind === "sender" && name !== "") return { sender: name };
  if (text === "all") return "all";
  throw new CliError("scope: expected all, region:<name> or sender:<number>");
}

/** One entry as a line of CSV, which a spreadsheet shows and does not run. */
export function suppressionRow({ number, hash, scope, kind, at, who, why }: SuppressionEntry): string {
  return csvLine([number ?? hash ?? "", scopeInWords(scope), kind, at, who, why].map(safeCell));
}

/** What the columns of a line say of its entry, and what is said for the whole file where they say nothing. */
export function optionsOfRow(
  columns: ReadonlyMap<string, string>,
  ofFile: SuppressionOptions,
): SuppressionOptions & { readonly kind?: SuppressionEntry["kind"] } {
  const scope = columns.get("scope");
  const own = Object.entries({
    kind: columns.get("kind"),
    at: columns.get("at"),
    who: columns.get("who"),
    why: columns.get("why"),
  }).filter(([, value]) => value);
  return { ...ofFile, ...Object.fromEntries(own), ...(scope && { scope: readScope(scope) }) };
}
