import { isGroup, type Ledger, normaliseRecipient } from "@volley/contract";
import { refusedRecipientIndex } from "@volley/sinch";
import { closeRecalled, type Recalled } from "./close-recalled.ts";

/** One request's worth of recipients. */
export type Piece = Ledger["pending"][number];

/** How a piece ended as a whole. */
export type Ending =
  | {
      readonly kind: "accepted";
      readonly batchId: string;
      readonly acceptedAt: string;
      readonly adopted: boolean;
      /** Whom a batch that was found is to, where the provider says so; otherwise the whole piece. */
      readonly to?: readonly string[];
    }
  | { readonly kind: "expired" | "canceled" | "unknown"; readonly code: string; readonly text: string };

/** Why a send that came too late was not sent. */
export const EXPIRED = {
  kind: "expired",
  code: "expired",
  text: "expire_at had passed before it could be sent",
} as const;

/** Why a send that somebody stopped was not sent. */
export const CANCELED = { kind: "canceled", code: "canceled", text: "canceled before it was sent" } as const;

/** Why recipients of a batch that was found do not count as accepted. */
const NOT_IN_BATCH = {
  ending: "unknown",
  code: "not_in_batch",
  text: "the batch that was found at the provider does not name them",
} as const;

/** What the provider said when it refused a request. */
export type Refusal = { readonly code: string; readonly text: string };

/**
 * A part is given up on after this many refusals; whoever is left counts as rejected. Each recipient whom the provider
 * names costs one request, each whom it does not name at most twenty (two for every halving of 1,000).
 */
export const MOST_REFUSALS = 100;

/**
 * When this many recipients were refused alone, and nobody at all was accepted, it is the message that is refused and
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

/** A refusal that names a field, and not `to`, is about the message. */
const OTHER_FIELD = /parameter '(?!to\b)\w+/;

/** A ledger in which everybody is still to be sent to, in one piece. */
export function openLedger(recipients: readonly string[]): Ledger {
  const pending = recipients.length > 0 ? [{ mark: "", recipients: [...recipients] }] : [];
  return { pending, batches: [], refused: [], failures: [], refusals: 0, alone: 0 };
}

/** Closes the first piece with its ending. */
export function closePiece(ledger: Ledger, ending: Ending | Recalled): Ledger {
  const [piece, ...pending] = ledger.pending;
  if (!piece) return ledger;
  if (ending.kind === "recalled") return closeRecalled({ ...ledger, pending }, piece.recipients, ending);
  if (ending.kind !== "accepted") {
    const { kind, code, text } = ending;
    return {
      ...ledger,
      pending,
      failures: [...ledger.failures, { ending: kind, code, text, recipients: piece.recipients }],
    };
  }
  const { batchId: id, acceptedAt: accepted_at, adopted } = ending;
  const left = missingIn(ending.to, piece);
  const reached = { id, accepted_at, adopted, recipients: piece.recipients.length - left.length };
  return {
    ...ledger,
    pending,
    batches: [...ledger.batches, reached],
    failures: left.length > 0 ? [...ledger.failures, { ...NOT_IN_BATCH, recipients: left }] : ledger.failures,
  };
}

/** Closes everything that is pending with the same ending. */
export function closeAll(ledger: Ledger, { kind, code, text }: Exclude<Ending, { kind: "accepted" }>): Ledger {
  const recipients = ledger.pending.flatMap((piece) => piece.recipients);
  if (recipients.length === 0) return ledger;
  return { ...ledger, pending: [], failures: [...ledger.failures, { ending: kind, code, text, recipients }] };
}

/**
 * Who of a piece is not in the batch that was found for it. Redis may have forgotten that the provider had refused
 * somebody and that the rest went on without them; or the provider does not list everybody. That is for a person to find
 * out. A list with nobody of the piece in it says nothing.
 */
function missingIn(to: readonly string[] | undefined, { recipients }: Piece): string[] {
  if (to === undefined) return [];
  const reached = new Set(to.map((recipient) => normaliseRecipient(recipient)));
  const left = recipients.filter((recipient) => !reached.has(recipient));
  return left.length === recipients.length ? [] : left;
}

/**
 * What is left to do when the provider has refused the first piece: the recipient whom it names is set aside and the
 * rest goes on; when it names nobody, the halves go on by themselves until the culprit is alone. A refusal of the
 * message itself, and one too many, ends the piece.
 */
export function refusePiece(ledger: Ledger, { code, text }: Refusal): Ledger {
  const [piece, ...others] = ledger.pending;
  if (!piece) return ledger;
  const counted = { ...ledger, refusals: ledger.refusals + 1, pending: others };
  const isAboutRecipients = canBeAboutRecipients(piece, code) && !OTHER_FIELD.test(text);
  const alone = isAboutRecipients && piece.recipients.length === 1 ? piece.recipients[0] : undefined;
  const named = culpritOf(piece, text);
  const culprit = named ?? alone;
  if (culprit !== undefined) {
    const rest = piece.recipients.filter((recipient) => recipient !== culprit);
    const refused = [...ledger.refused, { recipient: culprit, code, text }];
    return bounded(
      {
        ...counted,
        refused,
        alone: ledger.alone + (named === undefined ? 1 : 0),
        pending: rest.length > 0 ? [{ ...piece, recipients: rest }, ...others] : others,
      },
      code,
      text,
    );
  }
  if (!isAboutRecipients) {
    return {
      ...counted,
      failures: [...ledger.failures, { ending: "rejected", code, text, recipients: piece.recipients }],
    };
  }
  const middle = Math.ceil(piece.recipients.length / 2);
  const halves = [
    { mark: `${piece.mark}a`, recipients: piece.recipients.slice(0, middle) },
    { mark: `${piece.mark}b`, recipients: piece.recipients.slice(middle) },
  ];
  return bounded({ ...counted, pending: [...halves, ...others] }, code, text);
}

/**
 * The same for a piece that was cut off others with the same message: a refusal of the message itself ends those that are
 * pending, too, unless the provider has taken one already.
 */
export function refuseAll(before: Ledger, refusal: Refusal): Ledger {
  const ledger = refusePiece(before, refusal);
  const isOfMessage = ledger.failures.length > before.failures.length && ledger.batches.length === 0;
  const last = ledger.failures.at(-1);
  if (!isOfMessage || last === undefined) return ledger;
  const recipients = [...last.recipients, ...ledger.pending.flatMap((piece) => piece.recipients)];
  return { ...ledger, pending: [], failures: [...ledger.failures.slice(0, -1), { ...last, recipients }] };
}

/** An unknown group is a recipient like any other, where there is a group at all. */
function canBeAboutRecipients({ recipients }: Piece, code: string): boolean {
  if (code === "unknown_group") return recipients.some(isGroup);
  return !MESSAGE_CODES.has(code);
}

/** The recipient whom a text names, by index or by value. */
function culpritOf({ recipients }: Piece, text: string): string | undefined {
  const index = refusedRecipientIndex(text);
  if (index !== null) return recipients[index];
  if (OTHER_FIELD.test(text)) return undefined;
  const mentioned = new Set(text.match(/[0-9A-Za-z]{7,26}/g));
  return recipients.find((recipient) => mentioned.has(recipient));
}

function bounded(ledger: Ledger, code: string, text: string): Ledger {
  const isVain = ledger.batches.length === 0 && ledger.alone >= MOST_VAIN_RECIPIENTS;
  if (!isVain && ledger.refusals < MOST_REFUSALS) return ledger;
  const recipients = ledger.pending.flatMap((piece) => piece.recipients);
  if (recipients.length === 0) return ledger;
  const failure = { ending: "rejected" as const, code, text, recipients };
  return { ...ledger, pending: [], failures: [...ledger.failures, failure] };
}
