import { html, type Html, type Shown } from "./html.ts";

/** A field that is sent along and not shown. */
export function hiddenField(name: string, value: string): Html {
  return html`<input type="hidden" name="${name}" value="${value}" />`;
}

/** Why somebody does it, in their own words; it stands in the action log. */
export function reasonField(example: string): Html {
  return html`<label
    >Reason, for the action log
    <input name="reason" required minlength="3" maxlength="200" placeholder="${example}" autocomplete="off"
  /></label>`;
}

/** A choice of a few words. */
export function choice(
  label: string,
  name: string,
  { words, chosen, all }: { readonly words: readonly string[]; readonly chosen: string; readonly all: string },
): Html {
  const options = words.map(
    (word) => html`<option value="${word}" ${word === chosen && html` selected`}>${word}</option>`,
  );
  return html`<label
    >${label}
    <select name="${name}">
      <option value="">${all}</option>
      ${options}
    </select></label
  >`;
}

/** A field of a filter. */
export function field(label: string, name: string, value: string, more: Html | false = false): Html {
  return html`<label>${label} <input name="${name}" value="${value}" autocomplete="off" ${more} /></label>`;
}

/** What stands where nothing is. */
export function empty(title: string, sentence: Shown): Html {
  return html`<div class="card empty"><strong>${title}</strong> ${sentence}</div>`;
}

/** Headings over numbers. */
const COUNTS = new Set(["Recipients", "Accepted", "Parts"]);

/** Rows under headings, which scroll sideways where the screen is narrow. */
export function table(name: string, headings: readonly string[], rows: readonly Html[]): Html {
  const heads = headings.map(
    (heading) => html`<th scope="col" ${COUNTS.has(heading) && html` class="number"`}>${heading}</th>`,
  );
  return html`<div class="card table" tabindex="0" role="region" aria-label="${name}">
    <table>
      <thead>
        <tr>
          ${heads}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}

/** For operators: shows what is masked, for a reason that is written down. @param fields - what the same page is found by */
export function revealForm(action: string, what: string, fields: Shown): Html {
  return html`<details class="card">
    <summary>Reveal ${what}…</summary>
    <p class="small quiet">
      Shows this page once with numbers and texts. Who did it, when and why stands in the action log.
    </p>
    <form class="inline" method="post" action="${action}">
      ${fields}${reasonField("a customer asks about ticket 4711")}<button>Reveal</button>
    </form>
  </details>`;
}
