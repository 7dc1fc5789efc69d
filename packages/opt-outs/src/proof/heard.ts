/**
 * So many rows are kept of somebody: what was said, done about it and acknowledged. Of more the first ones stay, which say since when
 * they are on the list, and the last ones.
 */
export const HEARD_KEPT = 100;
const FIRST_KEPT = 20;

/** What was heard of somebody, or done about them. */
type HeardWhat =
  /** They have said so. */
  | "stop"
  | "maybe"
  | "start"
  | "help"
  /** A network's code says that they have opted out. */
  | "network"
  /** A person has decided about a `maybe`. */
  | "decided_stop"
  | "decided_no"
  /** A person has taken them off the list. */
  | "removed";

/** One of these, with what was known of it. */
export type HeardRow = {
  readonly what: HeardWhat;
  /** For whom it counts: a scope's code. */
  readonly scope: string;
  /** Where it came to, or was answered. */
  readonly region?: string | null;
  /** When the provider has received or reported it, as ISO-8601. */
  readonly received_at?: string | null;
  /** The provider's ID of a message, or of the batch that a report is about. */
  readonly message_id?: string | null;
  readonly batch_id?: string | null;
  readonly code?: number | null;
  /** The first 500 characters; left out where numbers stand as hashes. */
  readonly text?: string | null;
  /** The send that was answered; `null` where that is not known. */
  readonly send_id?: string | null;
  readonly who?: string | null;
  readonly why?: string | null;
  /** The entry that was removed, packed. */
  readonly was?: string;
};

/**
 * A Lua function that notes what was heard of somebody, for whoever wants to do so in one step with what is done about it:
 * `note_heard(key, became, row, keep_s)`. `became` is a word: what came of it.
 */
export const HEARD_LUA = `
local function note_heard(key, became, row, keep_s)
  local time = redis.call("TIME")
  local now = string.format("%.0f", time[1] * 1000 + math.floor(time[2] / 1000))
  if redis.call("RPUSH", key, now .. " " .. became .. " " .. row) > ${HEARD_KEPT} then
    redis.call("LSET", key, ${FIRST_KEPT}, "-")
    redis.call("LREM", key, 1, "-")
  end
  redis.call("EXPIRE", key, keep_s)
end`;

/**
 * Notes that the provider was told that something is written down, once. Keys: what was heard. Values: the message's or batch's ID, how long it is kept
 * in seconds.
 */
export const NOTE_ACKNOWLEDGED = `${HEARD_LUA}
for _, row in ipairs(redis.call("LRANGE", KEYS[1], 0, -1)) do
  if string.match(row, "^%d+ acknowledged (.*)$") == ARGV[1] then return 0 end
end
note_heard(KEYS[1], "acknowledged", ARGV[1], ARGV[2])
return 1`;

/**
 * What came of it: they are on the list (`added`), were held and are on it for certain (`confirmed`), were on it (`known`), are off
 * it (`removed`), nothing is to be done (`nothing`), something was said later (`outdated`).
 */
type Became = "added" | "confirmed" | "known" | "removed" | "nothing" | "outdated";

/** Such a row as it stands in Redis. */
export type KeptRow = HeardRow & {
  /** When it was written down, by Redis' clock: before that it is acknowledged to nobody. */
  readonly at: Date;
  readonly became: Became;
  /** When the provider was told that it is written down; `null` where nobody was told, or that is not known. */
  readonly acknowledgedAt: Date | null;
};

const ROW = /^(\d+) (\w+) (\{.*\})$/s;
const ACKNOWLEDGED = /^(\d+) acknowledged (.+)$/s;

/** Reads what `note_heard` has written, the first one first. What cannot be read is left out. */
export function readHeard(rows: readonly string[]): KeptRow[] {
  const acknowledged = new Map<string, Date>();
  for (const row of rows) {
    const [, at, id] = ACKNOWLEDGED.exec(row) ?? [];
    if (id !== undefined && !acknowledged.has(id)) acknowledged.set(id, new Date(Number(at)));
  }
  return rows.flatMap((row) => {
    const [, at, became, text] = ROW.exec(row) ?? [];
    if (text === undefined) return [];
    const read = JSON.parse(text) as HeardRow;
    const acknowledgedAt = acknowledged.get(read.message_id ?? read.batch_id ?? "") ?? null;
    return [{ ...read, at: new Date(Number(at)), became: became as Became, acknowledgedAt }];
  });
}
