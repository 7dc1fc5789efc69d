import { isGroup, type Ledger as StoredLedger, normaliseRecipient } from "@volley/contract";
import { rejectedRecipientIndex } from "@volley/sinch";
import { CANCELED_AT_PROVIDER, closeRecalled, type Recalled } from "./close-recalled.ts";

/** How far a part is, with the people it is to: places in their list are what stands in it. */
export type Ledger = StoredLedger & { readonly people: readonly string[] };

/** One request's worth of recipients: those from one place in the part's list to before another, less who was rejected. */
export type Lot = { readonly from: number; readonly end: number; readonly recipients: readonly string[] };

/** How a lot ended as a whole. */
export type Ending =
  | {
      readonly kind: "accepted";
      readonly batchId: string;
      readonly acceptedAt: string;
      readonly adopted: boolean;
      /** Whom a batch that was found is to, where the provider says so. */
      readonly to?: readonly string[];
    }
  | {
      readonly kind: "rejected" | "expired" | "canceled" | "unknown";
      readonly code: string;
      readonly text: string;
    };

/** A batch was found that somebody has canceled before anybody of it was texted. */
export type Stopped = { readonly kind: "stopped"; readonly to?: readonly string[] };

/** The endings of which the provider has a batch. */
export type BatchEnding = Extract<Ending, { kind: "accepted" }> | Recalled | Stopped;

/** Why a send that came too late was not sent. */
export const EXPIRED = {
  kind: "expired",
  code: "expired",
  text: "expire_at had passed before it could be sent",
} as const;

/** Why a send that somebody stopped was not sent. */
export const CANCELED = { kind: "canceled", code: "canceled", text: "canceled before it was sent" } as const;

/** Why nobody is sent to: who they are, or what is theirs, is known to nobody any more. */
export const GONE = {
  kind: "rejected",
  code: "recipients_gone",
  text: "its staged recipients are no longer in Redis",
} as const;

/** Why nobody knows about those who may be in a batch that was found. */
const UNCLEAR_BATCH = {
  kind: "unknown",
  code: "unclear_batch",
  text: "the batch that was found at the provider does not say whether they are in it",
} as const;

/** What the provider said when it refused a request. */
export type Refusal = { readonly code: string; readonly text: string };

/**
 * A part is given up on after this many refusals; whoever is left counts as rejected. Each recipient whom the provider
 * names costs one request, each whom it does not name at most twenty (two for every halving of 1,000).
 */
export const MOST_REFUSALS = 100;

/**
 * When this many recipients were rejected alone, and nobody at all was accepted, it is the message that is refused and
 * not they: whoever is left counts as rejected.
 */
const MOST_VAIN_RECIPIENTS = 12;

/** Codes that are about the message and never about a recipient (sinch-facts 5.3). */
const MESSAGE_CODES: ReadonlySet<string> = new Set([
  "syntax_invalid_json",
  "missing_callback_url",
  "http_405",
  "http_415",
]);

/** What a person does about a refusal, where the provider's words do not say it. */
const REMEDIES: Readonly<Record<string, string>> = {
  missing_callback_url:
    "give the plan a callback URL in Sinch's dashboard, or the send a callback_url; where reports are polled, any URL of your own",
};

/** A refusal that names a field, and not `to`, is about the message. */
const OTHER_FIELD = /parameter '(?!to\b)\w+/;

/** A ledger in which everybody is still to be sent to. */
export function openLedger(people: readonly string[]): Ledger {
  const pending: StoredLedger["pending"] = people.length > 0 ? [[0, people.length]] : [];
  return { people, pending, taken: 0, batches: [], rejected: [], failures: [], suppressed: [], refusals: 0, alone: 0 };
}

/** So many people of whom nothing but their number is known. */
export function nobodies(count: number): string[] {
  return Array.from({ length: count }, () => "");
}

/** Whoever is still to be sent to within some places, each with the own place. */
export function peopleIn(ledger: Ledger, [from, to]: readonly [number, number]): Person[] {
  const gone = new Set([...ledger.rejected, ...ledger.suppressed.flat()].map(({ place }) => place));
  return ledger.people
    .slice(from, to)
    .map((recipient, offset) => ({ place: from + offset, recipient }))
    .filter(({ place }) => !gone.has(place));
}

/** Somebody, and where in the part's list. */
type Person = { readonly place: number; readonly recipient: string };

/** Everybody who is still to be sent to. */
export function peoplePending(ledger: Ledger): Person[] {
  return ledger.pending.flatMap((range) => peopleIn(ledger, range));
}

/**
 * What sets the reference of a lot apart from those of the part's others: how many people the batches before it are to, and
 * nothing that depends on the region's pace, on who was rejected, or on anything else that may be another when it is tried
 * again.
 *
 * The batches of a part follow each other like the links of a chain, for a lot is sent only when it is known what became of
 * the one before. So whoever knows nothing asks for the batch without a mark; a batch that is found says by its people how
 * many they are, and so what the next one is called; and where there is none, there is none behind it either.
 */
export function suffixOf({ taken }: StoredLedger): string {
  return taken === 0 ? "" : `.${taken}`;
}

/**
 * Closes a lot of which the provider has a batch. A batch that was found is to whom it says, not to whom the lot would be
 * to now. Where it does not say it, everybody who may be in it or behind it is left to a person.
 */
export function closeLot(ledger: Ledger, lot: Lot, ending: BatchEnding): Ledger {
  if (ending.kind === "accepted" && !ending.adopted) return withBatch(behind(ledger, lot), lot.recipients, ending);
  const { members, isClear } = membersOf(ledger, lot, ending);
  const closed = withBatch(without(ledger, members), members, ending);
  return isClear ? closed : closeAll(closed, UNCLEAR_BATCH);
}

/** Closes everything that is pending with the same ending. */
export function closeAll(ledger: Ledger, { kind, code, text }: Exclude<Ending, { kind: "accepted" }>): Ledger {
  const recipients = peoplePending(ledger).map(({ recipient }) => recipient);
  if (recipients.length === 0) return { ...ledger, pending: [] };
  return { ...ledger, pending: [], failures: [...ledger.failures, { ending: kind, code, text, recipients }] };
}

function withBatch(ledger: Ledger, members: readonly string[], ending: BatchEnding): Ledger {
  const open = { ...ledger, taken: ledger.taken + members.length };
  if (ending.kind === "recalled") return closeRecalled(open, members, ending);
  if (ending.kind === "stopped") {
    const { kind, code, text } = CANCELED_AT_PROVIDER;
    return { ...open, failures: [...ledger.failures, { ending: kind, code, text, recipients: [...members] }] };
  }
  const { batchId: id, acceptedAt: accepted_at, adopted } = ending;
  return { ...open, batches: [...ledger.batches, { id, accepted_at, adopted, recipients: members.length }] };
}

/** Whom a batch is to that was found. */
type Members = { readonly members: readonly string[]; readonly isClear: boolean };

function membersOf(ledger: Ledger, lot: Lot, { to }: BatchEnding): Members {
  const open = peoplePending(ledger).map(({ recipient }) => recipient);
  const isWhole = lot.recipients.length === open.length;
  // One person is in it for certain; who else, nobody knows where it may have been cut otherwise.
  if (to === undefined || to.length === 0) return { members: isWhole ? open : open.slice(0, 1), isClear: isWhole };
  if (open[0] === "") return { members: to.slice(0, open.length), isClear: true };
  const shown = new Set(to.map((recipient) => normaliseRecipient(recipient) ?? recipient));
  const named = open.filter((recipient) => shown.has(recipient));
  if (named.length >= shown.size) return { members: named, isClear: true };
  // Whoever it names beside them are members of a group, shown in its place: of which one nobody knows where
  // there are several.
  const groups = open.filter((recipient) => isGroup(recipient) && !shown.has(recipient));
  if (groups.length === 1) {
    return { members: [...named, ...groups], isClear: true };
  }
  return { members: named, isClear: false };
}

/** What is pending behind a lot. */
function behind(ledger: Ledger, { end }: Lot): Ledger {
  const pending = ledger.pending.map(([from, to]) => [Math.max(from, end), to] as const);
  return withoutEmpty({ ...ledger, pending });
}

/** Whether nobody is out whose place is within what is pending. */
export function isEverybodyIn({ rejected, suppressed }: Ledger): boolean {
  return rejected.length === 0 && suppressed.length === 0;
}

/** Leaves those out of a lot who have opted out. Nobody is asked about them, and their places are nobody's. */
export function suppressIn(ledger: Ledger, { from, end }: Lot, recipients: ReadonlySet<string>): Ledger {
  const out = peopleIn(ledger, [from, end]).filter(({ recipient }) => recipients.has(recipient));
  return withoutEmpty({ ...ledger, suppressed: [...ledger.suppressed, out] });
}

/** Ranges in which somebody is left. */
function withoutEmpty(ledger: Ledger): Ledger {
  const isOpen = (range: readonly [number, number]): boolean =>
    range[0] < range[1] && (isEverybodyIn(ledger) || peopleIn(ledger, range).length > 0);
  return { ...ledger, pending: ledger.pending.filter(isOpen) };
}

/** What is pending without some people. */
function without(ledger: Ledger, members: readonly string[]): Ledger {
  const left = new Set(members);
  // Of people whom nobody knows, those who come first.
  const isOut = ledger.people[0] === "" ? countdown(members.length) : ({ recipient }: Person) => left.has(recipient);
  const pending = ledger.pending.flatMap((range) => rangesOf(peopleIn(ledger, range), isOut));
  return { ...ledger, pending };
}

function countdown(count: number): () => boolean {
  let left = count;
  return () => left-- > 0;
}

/** The ranges in which the people stand who are left: one after the other, as long as nobody between them is out. */
function rangesOf(people: readonly Person[], isOut: (person: Person) => boolean): [from: number, to: number][] {
  const ranges: [from: number, to: number][] = [];
  let current: [from: number, to: number] | null = null;
  for (const person of people) {
    if (isOut(person)) {
      current = null;
    } else if (current === null) {
      current = [person.place, person.place + 1];
      ranges.push(current);
    } else {
      current[1] = person.place + 1;
    }
  }
  return ranges;
}

/**
 * What is left to do when the provider has refused a lot: the recipient whom it names is rejected and the rest goes on;
 * when it names nobody, the halves go on by themselves until the culprit is alone. A refusal of the message itself ends
 * the lot, and where nobody was accepted everything that is pending; so does one too many.
 */
export function refuseLot(before: Ledger, lot: Lot, { code, text }: Refusal): Ledger {
  const ledger = { ...before, refusals: before.refusals + 1 };
  const people = peopleIn(ledger, [lot.from, lot.end]);
  const isAboutRecipients = canBeAboutRecipients(lot, code) && !OTHER_FIELD.test(text);
  const named = culpritOf(people, text);
  const culprit = named ?? (isAboutRecipients && people.length === 1 ? people[0] : undefined);
  if (culprit !== undefined) {
    const rejected = [...ledger.rejected, { ...culprit, code, text }];
    const alone = ledger.alone + (named === undefined ? 1 : 0);
    return bounded(withoutEmpty({ ...ledger, rejected, alone }), { code, text });
  }
  if (isAboutRecipients) return bounded(halved(ledger, lot), { code, text });
  const remedy = REMEDIES[code];
  const refusal = { kind: "rejected", code, text: remedy === undefined ? text : `${text} ${remedy}` } as const;
  return ledger.batches.length === 0 ? closeAll(ledger, refusal) : failLot(ledger, lot, refusal);
}

function failLot(ledger: Ledger, lot: Lot, { code, text }: Refusal): Ledger {
  const failure = { ending: "rejected" as const, code, text, recipients: [...lot.recipients] };
  return { ...behind(ledger, lot), failures: [...ledger.failures, failure] };
}

function halved(ledger: Ledger, lot: Lot): Ledger {
  const people = peopleIn(ledger, [lot.from, lot.end]);
  const middle = people[Math.ceil(people.length / 2)]?.place ?? lot.end;
  const [first, ...others] = ledger.pending;
  const halves = [
    [lot.from, middle],
    [middle, lot.end],
    [lot.end, first?.[1] ?? lot.end],
  ] as const;
  return withoutEmpty({ ...ledger, pending: [...halves, ...others] });
}

/** An unknown group is a recipient like any other, where there is a group at all. */
function canBeAboutRecipients({ recipients }: Lot, code: string): boolean {
  if (code === "unknown_group") return recipients.some(isGroup);
  return !MESSAGE_CODES.has(code);
}

/** Whom of a lot a text names, by index or by value. */
function culpritOf(people: readonly Person[], text: string): Person | undefined {
  const index = rejectedRecipientIndex(text);
  if (index !== null) return people[index];
  if (OTHER_FIELD.test(text)) return undefined;
  const mentioned = new Set(text.match(/[0-9A-Za-z]{7,26}/g));
  return people.find(({ recipient }) => mentioned.has(recipient));
}

function bounded(ledger: Ledger, refusal: Refusal): Ledger {
  const isVain = ledger.batches.length === 0 && ledger.alone >= MOST_VAIN_RECIPIENTS;
  return isVain || ledger.refusals >= MOST_REFUSALS ? closeAll(ledger, { kind: "rejected", ...refusal }) : ledger;
}
