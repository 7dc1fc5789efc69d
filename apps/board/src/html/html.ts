/** What stands in a page as it is. Nothing but {@link html} makes one. */
export class Html {
  readonly #text: string;

  private constructor(text: string) {
    this.#text = text;
  }

  /** For {@link html} alone. */
  static ofTemplate(this: void, parts: TemplateStringsArray, values: readonly Shown[]): Html {
    return new Html(parts.map((part, at) => part + (at < values.length ? textOf(values[at]) : "")).join(""));
  }

  toString(): string {
    return this.#text;
  }
}

/** What a template takes: HTML of ours, lists of it, nothing at all, or text, which is escaped. */
export type Shown = Html | string | number | null | undefined | false | readonly Shown[];

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** What turns the direction of a text around, and what is no character at all: shown as a replacement for it. */
const UNSEEN = /[\p{Cc}\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff\p{Surrogate}]/gu;

const WHITE = new Set(["\n", "\t", "\r"]);

/** Characters of one text: nobody reads more, and a page has to be sent. */
const LONGEST = 2_000;

/** Makes HTML. Whatever is put in is escaped, in text and in quoted attributes alike, unless it was made by this. */
export function html(parts: TemplateStringsArray, ...values: readonly Shown[]): Html {
  return Html.ofTemplate(parts, values);
}

/** A text as HTML shows it. */
function escaped(text: string): string {
  const short = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  return short
    .replace(UNSEEN, (found) => (WHITE.has(found) ? found : "\ufffd"))
    .replace(/[&<>"']/g, (found) => ENTITIES[found] ?? "");
}

function textOf(value: Shown): string {
  if (value === null || value === undefined || value === false) return "";
  if (value instanceof Html) return value.toString();
  if (typeof value === "string") return escaped(value);
  return typeof value === "number" ? String(value) : value.map(textOf).join("");
}
