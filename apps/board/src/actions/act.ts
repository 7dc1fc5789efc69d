import { writeAction } from "@volley/accounts";
import { withoutNumbers } from "@volley/contract";
import { ProducerError } from "@volley/producer";
import { html, type Html } from "../html/html.ts";
import type { Page } from "../html/shell.ts";
import { maskNumbers } from "../mask/mask-numbers.ts";
import { type Call, type Doors, Refused } from "../terms/route.ts";

/** What is about to be done, as it stands in the action log. */
export type Deed = { readonly what: string; readonly about: string; readonly reason: string; readonly detail?: string };

/** Why somebody does it; without it nothing is done. @throws Refused */
export function reasonOf({ form }: Call): string {
  const reason = (form.get("reason") ?? "").trim();
  if (reason.length < 3 || reason.length > 200) throw new Refused(400, "reason: expected 3 to 200 characters");
  return reason;
}

/**
 * Does something, and writes it down: before, so that nothing is done that does not stand there, and once more where it fails.
 */
export async function act<T>({ who }: Call, { accounts }: Doors, deed: Deed, step: () => Promise<T>): Promise<T> {
  const { what, about, reason, detail = "" } = deed;
  const line = { who: who.name, role: who.role, about, reason: maskNumbers(reason) };
  await writeAction(accounts, { ...line, what, detail: withoutNumbers(detail) }, new Date());
  try {
    return await step();
  } catch (error) {
    const why = error instanceof ProducerError ? error.code : "see the log of the board";
    await writeAction(accounts, { ...line, what: `${what}: failed`, detail: why }, new Date());
    throw error;
  }
}

/** A page that says what a button will do, and has the button. */
export type Preview = {
  readonly title: string;
  readonly tab: string;
  /** What will happen, and what will not. */
  readonly says: Html;
  readonly action: string;
  readonly fields: Html;
  readonly button: string;
  readonly isGrave?: boolean;
  /** Where whoever thinks better of it goes. */
  readonly back: string;
};

export function preview({ title, tab, says, action, fields, button, isGrave = false, back }: Preview): {
  readonly page: Page;
} {
  const main = html`<div class="card">
    ${says}
    <form class="stack" method="post" action="${action}">
      ${fields}
      <div class="actions">
        <button class="${isGrave ? "danger" : "do"}">${button}</button><a class="button plain" href="${back}">Back</a>
      </div>
    </form>
  </div>`;
  return { page: { title, tab, main } };
}

/** A page that says what was done. */
export function done(
  title: string,
  tab: string,
  says: Html,
  back: readonly [path: string, name: string],
): { readonly page: Page } {
  const [path, name] = back;
  const main = html`<div class="notice good" role="status">${says}</div>
    <p><a class="button plain" href="${path}">${name}</a> <a class="button plain" href="/log">Action log</a></p>`;
  return { page: { title, tab, main } };
}
