import type { Send } from "@volley/contract";
import type { CoalesceMessage, RecipientEntry, RecipientPage, SendToMany } from "@volley/producer";
import { people } from "../stage/people.ts";
import type { PlannedAsk } from "./chaos-plan.ts";

/** The number of ours that everybody is texted from, and answers to. */
export const FROM = "12015550123";

const TEXT_WITH_NAME = "Hello ${name}";

const PAGE = 400;

/** The name that everybody with a number has where a send has names. */
export function nameOf(number: string): string {
  return `N${number.slice(-5)}`;
}

/** The send that an ask stands for: the same one every time. */
export function sendOfAsk(ask: PlannedAsk): Send {
  const { valid, others } = entriesOf(ask);
  const to = [...valid, ...others];
  if (!ask.hasParameters) return { ...templateOf(ask), to };
  const names = Object.fromEntries(valid.map((number) => [number, nameOf(number)]));
  return { ...templateOf(ask), to, parameters: { name: { ...names, default: "you" } } };
}

/** The same as {@link sendOfAsk}, from a source that can be read once: entry by entry, or in pages that take their time. */
export function streamOfAsk(ask: PlannedAsk): SendToMany {
  const { valid, others } = entriesOf(ask);
  const entries: RecipientEntry[] = ask.hasParameters
    ? [...valid.map((to) => ({ to, parameters: { name: nameOf(to) } })), ...others]
    : [...valid, ...others];
  const to = ask.first % 2 === 0 ? entryByEntry(entries) : pageByPage(entries);
  return { ...templateOf(ask), to, ...(ask.hasParameters && { parameters: { name: { default: "you" } } }) };
}

/** The messages that an ask for coalesced ones stands for, one per recipient. */
export function messagesOfAsk(ask: PlannedAsk): CoalesceMessage[] {
  return entriesOf(ask).valid.map((to) => ({
    // All messages have something in common, or none would travel together.
    ...templateOf({ ...ask, key: "everybody" }),
    to,
    ...(ask.hasParameters && { parameters: { name: nameOf(to) } }),
  }));
}

function templateOf({
  key,
  hasParameters,
  isUrgent,
}: PlannedAsk): Pick<Send, "from" | "priority" | "delivery_report"> & { body: string } {
  const body = hasParameters ? TEXT_WITH_NAME : `Hello from ${key}`;
  return { from: FROM, body, delivery_report: "per_recipient_final", ...(isUrgent && { priority: "urgent" as const }) };
}

function entriesOf(ask: PlannedAsk): { readonly valid: readonly string[]; readonly others: readonly string[] } {
  const valid = people(ask.recipients, ask.first);
  const duplicates = valid.slice(0, ask.duplicates).map((number) => `+${number.slice(0, 2)} ${number.slice(2)}`);
  const invalid = Array.from({ length: ask.invalid }, (_, index) => `+${index + 1}`);
  return { valid, others: [...duplicates, ...invalid] };
}

function* entryByEntry(entries: readonly RecipientEntry[]): Generator<RecipientPage> {
  yield* entries;
}

async function* pageByPage(entries: readonly RecipientEntry[]): AsyncGenerator<RecipientPage> {
  for (let at = 0; at < entries.length; at += PAGE) {
    // As with a database's cursor, something else may happen between two pages.
    await new Promise((resolve) => setImmediate(resolve));
    yield entries.slice(at, at + PAGE);
  }
}
