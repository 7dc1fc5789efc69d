import type { InboundsPage } from "@volley/producer";

/** A message from a phone. */
export type Inbound = InboundsPage["inbounds"][number];

/** What a message says. */
export type InboundContent = {
  /** Its text; of an MMS its subject and its text. */
  readonly text: string;
  /** Base64 of a binary message; empty for others. */
  readonly data: string;
  readonly udh: string;
  /** Links, which nobody has followed. */
  readonly media: readonly string[];
};

/** What would move the cursor, colour the terminal or hide a part of the text. */
export const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;

const SHOWN_DIGITS = 2;

export function contentOf(inbound: Inbound): InboundContent {
  const { type, body } = inbound;
  const [udh, whole] = [textOf(inbound["udh"]), textOf(body)];
  if (type === "mo_binary") return { text: "", data: whole, udh, media: [] };
  if (typeof body !== "object" || body === null) return { text: whole, data: "", udh, media: [] };
  const { subject, message, media } = body as Readonly<Record<string, unknown>>;
  const text = [subject, message].map(textOf).filter(Boolean).join(": ");
  const links = Array.isArray(media) ? media.map((each: unknown) => linkOf(each)) : [];
  return { text, data: "", udh, media: links.filter((link) => link !== "") };
}

/** A message in one line. Its sender's number is hidden but for its end unless it is asked for. */
export function describeInbound(inbound: Inbound, isShown: boolean): string {
  const { text, data, udh, media } = contentOf(inbound);
  const sent = inbound.send_id === null ? "" : ` (answers ${inbound.send_id})`;
  const said = [text && `“${text}”`, data && `binary ${data}${udh && ` with header ${udh}`}`, ...media].filter(Boolean);
  const from = textOf(inbound["from"]);
  const line = `${inbound.at} ${inbound.region} ${isShown ? from : hidden(from)} to ${textOf(inbound["to"])}${sent}: ${said.join(" ")}`;
  return line.replaceAll(UNSEEN, " ");
}

/** As much of a number as everybody may see. */
export function hidden(number: string): string {
  return `…${number.slice(-SHOWN_DIGITS)}`;
}

function linkOf(medium: unknown): string {
  return typeof medium === "object" && medium !== null ? textOf(Reflect.get(medium, "url")) : "";
}

export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
