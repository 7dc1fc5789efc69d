import { isGroup, normaliseRecipient, onTheWire, type ReadySend, readTime } from "@volley/contract";
import type { Batch } from "@volley/sinch";

/** What a request of ours said, as far as a batch of the provider's is told from others by it. */
export type SentRequest = {
  readonly send: Pick<ReadySend, "message" | "parameters" | "sendAt">;
  /** As they go over the wire; empty strings where nobody knows any more who they were. */
  readonly recipients: readonly string[];
  /**
   * Everybody whom a batch with its reference may be to: it may have been cut otherwise, or freed of somebody whom the
   * provider had rejected.
   */
  readonly open: readonly string[];
};

/** Whether a batch is the one that came of a request. */
export type Comparison =
  | { readonly kind: "same" }
  /** It agrees in what it shows, and does not show everything. */
  | { readonly kind: "unclear" }
  | { readonly kind: "other"; readonly field: Field };

/** What is compared. */
type Field = "to" | "type" | "from" | "body" | "udh" | "parameters" | "send_at";

/** What one field says: `null` where the batch does not show it. */
type Finding = boolean | null;

/** Two clocks: by which of them a time lay in the past, and was left out of the request, may differ by so much. */
const CLOCKS_MS = 60_000;

/** A provider may cut the milliseconds off a time. */
const SECOND_MS = 1_000;

/**
 * Tells whether a batch with our reference is the one that came of our request. It is strict where another content would
 * pass for ours, and lenient only where the provider may write the same thing otherwise:
 *
 * - numbers and senders come back without `+` (sinch-facts 1.4), a sender of letters perhaps in another case;
 * - a text may come back with other line ends, other blanks around it or composed otherwise, and never with other words;
 * - values are found by number, with `+` or without;
 * - times come back in UTC; a `send_at` that lay in the past means at once, and so does none.
 *
 * What a provider fills in or corrects by itself is not compared: a sender where we named none, `expire_at`, which it may
 * clamp, reports and callbacks. None of these makes it another text.
 */
export function compareBatch(batch: Batch, request: SentRequest): Comparison {
  const { message } = request.send;
  const { body, parameters } = onTheWire(message.body, request.send.parameters);
  const findings: [Field, Finding][] = [
    ["to", isToOurs(batch, request)],
    ["type", batch.type === undefined ? true : batch.type === (message.type ?? "mt_text")],
    ["from", agree(batch.from, message.from, senderKey)],
    ["body", hasBody(batch.body, body, message.type)],
    ["udh", message.type === "mt_binary" ? agree(batch.udh, message.options?.["udh"], hexKey) : true],
    ["parameters", hasValues(batch, parameters, request)],
    ["send_at", isDueAt(batch, request.send.sendAt)],
  ];
  const other = findings.find(([, finding]) => finding === false);
  if (other) return { kind: "other", field: other[0] };
  return { kind: findings.some(([, finding]) => finding === null) ? "unclear" : "same" };
}

/**
 * Nobody in common is another batch. Where it is to some only, but not to just those of the lot as it would be cut now, the
 * list may not show everybody; if the batch itself does not either, it is ours, and to those whom it shows.
 */
function isToOurs({ to }: Batch, { recipients, open }: SentRequest): Finding {
  if (to === undefined || to.length === 0) return null;
  // Nobody knows who they were, but how many.
  if (open.includes("")) return to.length <= open.length;
  const shown = new Set(to.map((recipient) => normaliseRecipient(recipient)));
  const isShown = (recipient: string): boolean => shown.has(recipient);
  if (shown.size === recipients.length && recipients.every(isShown)) return true;
  // Whom a group stands for is not known here, and the provider may show them in its place.
  if (open.every((recipient) => isShown(recipient) || isGroup(recipient))) return true;
  return open.some(isShown) ? null : open.some(isGroup);
}

/** A batch is shown with its text, or with what an MMS is made of. */
function hasBody(shown: Batch["body"], sent: ReadySend["message"]["body"], type: string | undefined): Finding {
  if (shown === undefined) return null;
  if (typeof sent === "string") {
    return typeof shown === "string" && agree(shown, sent, type === "mt_binary" ? base64Key : textKey);
  }
  if (typeof shown === "string") return false;
  return together(
    agree(shown.url, sent.url, urlKey),
    agree(shown.message ?? "", sent.message ?? "", textKey),
    agree(shown.subject ?? "", sent.subject ?? "", textKey),
  );
}

function together(...findings: Finding[]): Finding {
  if (findings.some((finding) => finding === false)) return false;
  return findings.every((finding) => finding === true) || null;
}

/** Whether everybody who is in the batch and in the request is told the same. */
function hasValues(
  { to, parameters: shown }: Batch,
  parameters: ReadySend["parameters"],
  { recipients, open }: SentRequest,
): Finding {
  if (parameters.size === 0 || open.includes("")) return true;
  if (shown === undefined) return null;
  const inBatch = to && new Set(to.map((recipient) => normaliseRecipient(recipient)));
  const perhaps = inBatch ? open.filter((recipient) => inBatch.has(recipient)) : recipients;
  const people = perhaps.filter((recipient) => !isGroup(recipient));
  return [...parameters].every(([key, values]) => {
    const own = byRecipient(shown[key] ?? {});
    return people.every(
      (recipient) => textKey(valueIn(own, recipient) ?? "") === textKey(valueIn(values, recipient) ?? ""),
    );
  });
}

function valueIn(values: ReadonlyMap<string, string>, recipient: string): string | undefined {
  return values.get(recipient) ?? values.get("default");
}

function byRecipient(values: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(values).map(([recipient, value]) => [normaliseRecipient(recipient) ?? recipient, value]),
  );
}

/** A batch without a time was sent at once, and so was one whose time lay in the past when it was made. */
function isDueAt({ send_at, created_at }: Batch, sendAt: Date | null): Finding {
  const shown = timeOf(send_at);
  const created = timeOf(created_at);
  if (shown === null && sendAt === null) return true;
  if (shown && sendAt && Math.abs(shown.getTime() - sendAt.getTime()) < SECOND_MS) return true;
  // Where it does not say when it was made, a time that is missing may have been past.
  if (created === null) return shown && sendAt ? false : null;
  const isAtOnce = (time: Date | null): boolean => time === null || time.getTime() <= created.getTime() + CLOCKS_MS;
  return isAtOnce(shown) && isAtOnce(sendAt);
}

function timeOf(text: string | undefined): Date | null {
  return text === undefined ? null : readTime(text);
}

function agree(shown: unknown, sent: unknown, keyOf: (text: string) => string): Finding {
  if (typeof shown !== "string" || typeof sent !== "string") return typeof sent === "string" ? null : true;
  return keyOf(shown) === keyOf(sent);
}

function textKey(text: string): string {
  // Half a surrogate pair, which no JSON text may hold, comes back as U+FFFD.
  return Buffer.from(text).toString().normalize("NFC").replace(/\s+/g, " ").trim();
}

function senderKey(sender: string): string {
  return normaliseRecipient(sender) ?? sender.replace(/^\+|[\s\-()]/g, "").toLowerCase();
}

function base64Key(text: string): string {
  return Buffer.from(text, "base64").toString("hex");
}

function hexKey(text: string): string {
  return text.toLowerCase();
}

function urlKey(text: string): string {
  return URL.canParse(text) ? new URL(text).href : text;
}
