import { isLabel, isSender } from "../send/send.ts";

/** How a send came to its queue. `client` is one that another client of BullMQ has added, `auto` several sends together. */
export const LISTED_KINDS = ["send", "coalesced", "auto", "retry", "resolve", "redelivery", "client"] as const;

/** One of {@link LISTED_KINDS}. */
export type ListedKind = (typeof LISTED_KINDS)[number];

/** What the list of sends says of one: nothing of its text, and nobody who gets it. */
export type ListedRow = {
  readonly id: string;
  readonly region: string;
  readonly kind: ListedKind;
  /** The send of several regions that it belongs to; `null` where it is one by itself. */
  readonly whole: string | null;
  readonly from: string | null;
  readonly label: string | null;
  /** Entries of the caller's list, and how many of them are valid; 0 where that stands elsewhere. */
  readonly requested: number;
  readonly valid: number;
};

/**
 * The option of a job that stands in the list since it was added. BullMQ keeps it as it is. One letter: where the options have more
 * than 64 characters together, Redis takes twice the memory for a job.
 */
export const LISTED_OPTION = "l";

/** How long a send stands in the list, in milliseconds. */
export const LISTED_MS = 30 * 24 * 60 * 60 * 1_000;

/** How many sends stand in the list: of more, the oldest go before their time. They take 100 MB at most. */
const MOST_LISTED = 1_000_000;

/** The stream with a row for each send, in the order in which they came. */
export function sendsKey(prefix: string): string {
  return `${prefix}:sends`;
}

/**
 * Lua that puts a send into the list, for scripts that add it: `list_send(prefix, row)`, where `row` are fields and values. One
 * that stands for several sends is put there with the first of them: `list_whole(prefix, id, row)`. Nothing depends on the list: where
 * Redis does not take a row, it is missing, and the script goes on.
 */
export const LIST_SEND = `
local function list_send(prefix, row)
  local sends = prefix .. ":sends"
  local at = redis.pcall("XADD", sends, "MAXLEN", "~", ${MOST_LISTED}, "*", unpack(row))
  if type(at) ~= "string" then return end
  redis.pcall("XTRIM", sends, "MINID", "~", string.format("%.0f", tonumber(string.match(at, "^%d+")) - ${LISTED_MS}))
end
local function list_whole(prefix, id, row)
  local first = redis.pcall("SET", prefix .. ":sends:" .. id, "1", "NX", "PX", ${LISTED_MS})
  if first and first.ok then list_send(prefix, row) end
end`;

/** A row as it stands in the list: always the same fields, so that Redis keeps their names once for many. */
export function writeListed(row: ListedRow): string[] {
  const { id, region, kind, whole, from, label, requested, valid } = row;
  const fields = { id, region, kind, whole: whole ?? "", from: from ?? "", label: label ?? "", requested, valid };
  return Object.entries(fields).flatMap(([name, value]) => [name, String(value)]);
}

/** Reads what {@link writeListed} wrote. @returns `null` for what no Volley of this kind has written */
export function readListed(fields: readonly string[]): ListedRow | null {
  const row = new Map(fields.flatMap((name, at) => (at % 2 === 0 ? [[name, fields[at + 1] ?? ""] as const] : [])));
  const text = (name: string): string | null => row.get(name) || null;
  const [id, region] = [text("id"), text("region")];
  const kind = LISTED_KINDS.find((known) => known === row.get("kind"));
  if (id === null || region === null || kind === undefined) return null;
  const [requested, valid] = [Number(row.get("requested")), Number(row.get("valid"))];
  return { id, region, kind, whole: text("whole"), from: text("from"), label: text("label"), requested, valid };
}

/** Sender and label of a send, whoever wrote it: what is none of these is left out. */
export function listedWords(message: object): Pick<ListedRow, "from" | "label"> {
  const [from, label]: unknown[] = [Reflect.get(message, "from"), Reflect.get(message, "label")];
  return {
    from: typeof from === "string" && isSender(from) ? from : null,
    label: typeof label === "string" && isLabel(label) ? label : null,
  };
}
