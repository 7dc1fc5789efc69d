import { MARK_LENGTH, markKey, markOfSend, type ProofPlace, withheldKeys } from "./proof-keys.ts";

/** So many of the last sends from which somebody was left out are named; the others are counted. */
export const WITHHELD_NAMED = 10;

/** Digits of a count, and of a time in seconds. */
const COUNT_DIGITS = 8;
const TIME_DIGITS = 10;
/** Of a part's index to the base 36. */
const PART_DIGITS = 4;
const NO_PART = "-".repeat(PART_DIGITS);

const HEAD_LENGTH = COUNT_DIGITS + TIME_DIGITS;
const ENTRY_LENGTH = MARK_LENGTH + PART_DIGITS + TIME_DIGITS;

/** From what some people were left out: they were on the list. */
export type LeftOut = {
  readonly region: string;
  readonly sendId: string;
  /** Index of the part; `null` for a send that was not split. */
  readonly part: number | null;
  readonly recipients: readonly string[];
  /** How long it is kept after the last one, in seconds. */
  readonly keepS: number;
};

/**
 * A Lua function that notes who was left out, for whoever wants to do so in one step with writing down that they were:
 * `note_withheld(keys, values)` of {@link withheldCall}. Once more changes nothing as long as the send is among the last
 * {@link WITHHELD_NAMED} of a person.
 */
export const WITHHELD_LUA = `
local function note_withheld(keys, values)
  local mark, send, part, keep_s = unpack(values)
  local at = string.format("%0${TIME_DIGITS}d", redis.call("TIME")[1])
  redis.call("SET", keys[1], send, "EX", keep_s)
  for each = 2, #keys do
    local before = redis.call("GET", keys[each]) or ""
    if not string.find(before, mark, ${HEAD_LENGTH + 1}, true) then
      local count = tonumber(string.sub(before, 1, ${COUNT_DIGITS})) or 0
      local first = before == "" and at or string.sub(before, ${COUNT_DIGITS + 1}, ${HEAD_LENGTH})
      local last = string.sub(before, ${HEAD_LENGTH + 1}, ${HEAD_LENGTH + (WITHHELD_NAMED - 1) * ENTRY_LENGTH})
      redis.call("SET", keys[each], string.format("%0${COUNT_DIGITS}d", count + 1) .. first .. mark .. part .. at .. last, "EX", keep_s)
    end
  end
end`;

/** How many values a call has. */
export const WITHHELD_VALUES = 4;

/** What `note_withheld` is called with. Groups have no proof: whom they are to nobody knows. */
export function withheldCall(
  place: ProofPlace,
  { region, sendId, part, recipients, keepS }: LeftOut,
): { readonly keys: string[]; readonly values: (string | number)[] } {
  const mark = markOfSend(region, sendId);
  const partText = part === null ? NO_PART : part.toString(36).padStart(PART_DIGITS, "0");
  return {
    keys: [markKey(place.prefix, mark), ...withheldKeys(place, recipients)],
    values: [mark, JSON.stringify([region, sendId]), partText, keepS],
  };
}

/** From how much somebody was left out, as it stands in Redis. */
export type PackedWithheld = {
  readonly total: number;
  readonly firstAt: Date;
  /** The last ones, the last first. */
  readonly last: readonly { readonly mark: string; readonly part: number | null; readonly at: Date }[];
};

/** Reads what `note_withheld` has written. */
export function readWithheld(text: string): PackedWithheld {
  const last = [];
  for (let from = HEAD_LENGTH; from + ENTRY_LENGTH <= text.length; from += ENTRY_LENGTH) {
    const part = text.slice(from + MARK_LENGTH, from + MARK_LENGTH + PART_DIGITS);
    last.push({
      mark: text.slice(from, from + MARK_LENGTH),
      part: part === NO_PART ? null : Number.parseInt(part, 36),
      at: timeOf(text.slice(from + MARK_LENGTH + PART_DIGITS, from + ENTRY_LENGTH)),
    });
  }
  return {
    total: Number(text.slice(0, COUNT_DIGITS)),
    firstAt: timeOf(text.slice(COUNT_DIGITS, HEAD_LENGTH)),
    last,
  };
}

function timeOf(seconds: string): Date {
  return new Date(Number(seconds) * 1_000);
}
