import { normaliseRecipient, type ReferredSend } from "@volley/contract";
import {
  type EntryKind,
  hear,
  type Heard,
  heardKey,
  type HeardRow,
  type Numbering,
  packEntry,
  placesOf,
  proofKeys,
  type Scope,
  scopeCode,
} from "@volley/opt-outs";
import type { Inbound } from "../callback/callback.ts";
import { inboundText } from "../callback/inbound-text.ts";
import type { VolleyEvent } from "../event/event.ts";
import type { InboundLink } from "../event/inbound-event.ts";
import { type Answering, type OptOutType, reportedEvent, saidEvent } from "../event/opt-out-event.ts";
import type { Place } from "../terms/keys.ts";

/** How opt-outs are heard, and how numbers stand in the list of them. */
export type OptOutTerms = {
  readonly numbering: Numbering;
  /** Words that alone mean START, too. */
  readonly startWords: readonly string[];
  /** For whom an opt-out counts; see {@link scopeOf}. @default "sender" */
  readonly scope?: "sender" | "region" | "all";
  /** How many replicas have it before an opt-out counts as written; `null` for one where there are any. */
  readonly replicas: number | null;
  /** How long the proof of them is kept, in seconds. @default four years */
  readonly proofS?: number;
};

/** Somebody goes on the list, or off it; see the script. */
export type OptOutStep = {
  /** The first letter of the kind of entry, `x` for none. */
  readonly letter: string;
  readonly at: Date;
  readonly entry: string;
  /** What a person reads who decides, as JSON. */
  readonly note: string;
  /** Where the entry goes, or those that may go away; `heard` is the key with when they were heard last there. */
  readonly places: readonly { readonly bucket: string; readonly field: string; readonly heard: string }[];
  /** `null` where there is nothing to tell. */
  readonly event: VolleyEvent | null;
  readonly proof: OptOutProof;
};

/** What is noted for the proof. */
export type OptOutProof = {
  readonly key: string;
  readonly row: string;
  readonly number: string;
  /** Of the message, or of the batch that is reported of. */
  readonly id: string;
  /** Where and from whom nothing more is to come; `null` where they have not said that. */
  readonly stops: { readonly region: string; readonly sender: string | null } | null;
};

/** Delivery codes by which a network says that somebody has opted out there. */
const OPTED_OUT_CODES: ReadonlySet<number> = new Set([257]);

const NUMBER = /^\d{7,15}$/;

/** The longest sender there is; see the list. */
const SENDER = /^[^\p{Cc}\s]{1,40}$/u;

/** A person who decides reads so much of a text. */
const LONGEST_NOTE = 500;

const SAID: Partial<Record<Heard, { readonly type: OptOutType; readonly entry: EntryKind | null }>> = {
  stop: { type: "recipient.opted_out", entry: "stop" },
  maybe: { type: "recipient.maybe_opted_out", entry: "maybe" },
  start: { type: "recipient.opted_in", entry: null },
};

/** What is to be done about what somebody says. @returns `null` for nothing */
export function optOutOfInbound(
  { id, message, at: receivedAt }: Inbound,
  place: Place,
  now: Date,
  link: InboundLink,
  terms: OptOutTerms,
): OptOutStep | null {
  const text = inboundText(message);
  const what = hear(text, terms);
  const who = answering(message["from"], message["to"]);
  if (what === "no" || who === null) return null;
  const at = notAfter(now, receivedAt ?? now);
  const words = terms.numbering.isHashed ? null : text.slice(0, LONGEST_NOTE);
  const told = { region: place.region, received_at: receivedAt?.toISOString() ?? null, message_id: id };
  const heard = { what, ...told, text: words, send_id: "send" in link ? link.send.id : null };
  const proof = proofOf(place, who, terms, heard);
  const said = SAID[what];
  if (said === undefined) return { letter: "", at, entry: "", note: "", places: [], event: null, proof };
  const event = saidEvent(said.type, place.region, who, { id, at, link });
  const entry = { kind: said.entry, who: "inbound", why: id };
  const note = { ...event.data, region: place.region, at: at.toISOString(), text: text.slice(0, LONGEST_NOTE) };
  return optOutStep({ place, who, terms, at, entry, note: JSON.stringify(note), event, proof });
}

/** What is to be done about what a network says. @returns `null` for nothing */
export function optOutOfReport(
  {
    at: reportedAt,
    ...report
  }: {
    readonly recipient: string;
    readonly batchId: string;
    readonly status: string;
    readonly code: number | null;
    readonly at: Date;
    readonly send: ReferredSend | null;
    readonly details: Readonly<Record<string, string | number>>;
  },
  place: Place,
  now: Date,
  terms: OptOutTerms,
): OptOutStep | null {
  const { code } = report;
  if (code === null || !OPTED_OUT_CODES.has(code) || report.status === "Delivered") return null;
  const who = answering(report.recipient, report.details["applied_originator"]);
  if (who === null) return null;
  const at = notAfter(now, reportedAt);
  const entry = { kind: "network" as const, who: "report", why: `${code} ${report.batchId}` };
  const { batchId, send } = report;
  const told = { region: place.region, received_at: reportedAt.toISOString(), batch_id: batchId, code };
  return optOutStep({
    place,
    who,
    terms,
    at,
    entry,
    note: "",
    event: reportedEvent(place.region, who, { ...report, code, at }),
    proof: proofOf(place, who, terms, { what: "network", ...told, send_id: send?.id ?? null }),
  });
}

/** Nothing was said later than now: what were would outlive everything that is said until then. */
function notAfter(now: Date, at: Date): Date {
  return at > now ? now : at;
}

function answering(from: unknown, to: unknown): Answering | null {
  const recipient = typeof from === "string" ? normaliseRecipient(from) : null;
  if (recipient === null || !NUMBER.test(recipient)) return null;
  const sender = typeof to === "string" ? to.trim() : "";
  return { recipient, sender: SENDER.test(sender) ? sender : null };
}

function proofOf(
  { prefix, region }: Place,
  { recipient, sender }: Answering,
  { numbering, scope }: OptOutTerms,
  heard: Omit<HeardRow, "scope">,
): OptOutProof {
  const row = { ...heard, scope: scopeCode(scopeOf({ region, sender, scope })) };
  const id = heard.message_id ?? heard.batch_id ?? "";
  const stops = heard.what === "start" || heard.what === "help" ? null : { region, sender };
  const key = proofKeys({ prefix, numbering }, recipient).heard;
  return { key, row: JSON.stringify(row), number: recipient, id, stops };
}

type Stepping = {
  readonly place: Place;
  readonly who: Answering;
  readonly terms: OptOutTerms;
  readonly at: Date;
  readonly entry: { readonly kind: EntryKind | null; readonly who: string; readonly why: string };
  readonly note: string;
  readonly event: VolleyEvent;
  readonly proof: OptOutProof;
};

type Scoping = {
  readonly region: string;
  readonly sender: string | null;
  readonly scope: OptOutTerms["scope"];
};

/** For the sender that somebody has answered, unless an operator says otherwise; where nobody knows which, for the region. */
function scopeOf({ region, sender, scope = "sender" }: Scoping): Scope {
  if (scope === "all") return "all";
  return scope === "region" || sender === null ? { region } : { sender };
}

/** Where a START takes away what the person has asked for: also what was put there while another scope was set. */
function scopesOf({ region, sender, scope }: Scoping): Scope[] {
  const narrow: Scope[] = sender === null ? [{ region }] : [{ sender }, { region }];
  return scope === "all" ? ["all", ...narrow] : narrow;
}

/** What is done in Redis. */
function optOutStep({ place: { prefix, region }, who, terms, at, entry, note, event, proof }: Stepping): OptOutStep {
  const { kind } = entry;
  const scoping = { region, sender: who.sender, scope: terms.scope };
  const scopes = kind === null ? scopesOf(scoping) : [scopeOf(scoping)];
  const list = { prefix, numbering: terms.numbering };
  const places = scopes
    .flatMap((scope) => placesOf(list, { number: who.recipient, scope }))
    .map((found) => ({ ...found, heard: heardKey(prefix, found.field) }));
  return {
    letter: kind === null ? "x" : kind.charAt(0),
    at,
    entry: kind === null ? "" : packEntry({ ...entry, kind, at }),
    note,
    // Whoever says something new stands there in their own place.
    places: kind === null ? places : places.slice(0, 1),
    event,
    proof,
  };
}
