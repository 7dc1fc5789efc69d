import { html, type Html } from "./html.ts";

/** A number as people read it. */
export function counted(number: number): string {
  return number.toLocaleString("en-US", { maximumFractionDigits: 1 });
}

/** A number and its noun, for example `2,500 recipients`. */
export function withNoun(number: number, noun: string, plural = `${noun}s`): string {
  return `${counted(number)} ${number === 1 ? noun : plural}`;
}

/** How long something takes or took, in its two largest units. */
export function inTime(ms: number): string {
  const seconds = Math.round(Math.max(0, ms) / 1_000);
  const units: [number, string][] = [
    [86_400, "d"],
    [3_600, "h"],
    [60, "min"],
    [1, "s"],
  ];
  const at = units.findIndex(([size]) => seconds >= size);
  if (at === -1) return "0 s";
  let left = seconds;
  return units
    .slice(at, at + 2)
    .map(([size, unit]) => {
      const count = Math.floor(left / size);
      left -= count * size;
      return count === 0 ? "" : `${count} ${unit}`;
    })
    .filter(Boolean)
    .join(" ");
}

/** A moment: in UTC for whoever has no scripts, in the viewer's zone for the others, and to the second on hover. */
export function moment(time: string | Date | null | undefined, otherwise = "–"): Html {
  const date = time === null || time === undefined ? new Date(Number.NaN) : new Date(time);
  if (Number.isNaN(date.getTime())) return html`<span class="quiet">${otherwise}</span>`;
  const iso = date.toISOString();
  return html`<time datetime="${iso}" title="${iso}">${iso.slice(0, 16).replace("T", " ")} UTC</time>`;
}

/** A number with what it means. */
export function fact(name: string, value: Html | string | number, meaning: string): Html {
  return html`<div class="fact">
    <dt title="${meaning}">${name}</dt>
    <dd>${value}</dd>
    <dd class="meaning">${meaning}</dd>
  </div>`;
}

/** A word in a coloured frame; the word alone says it all. */
export function badge(word: string, kind: "good" | "busy" | "bad" | "warn" | "plain"): Html {
  return html`<span class="badge ${kind}">${word}</span>`;
}

/** How much of something is done. */
export function bar(done: number, total: number, name: string): Html {
  const share = total === 0 ? 0 : Math.floor((100 * done) / total);
  return html`<progress max="${Math.max(1, total)}" value="${done}" aria-label="${name}"></progress>
    <span class="share">${share} %</span>`;
}
