import { STREAMS, type VolleyEvent } from "@volley/receipts";

/** The field of a send's job with the ID of the last event that told what it came to. */
const TOLD = "volley:told";

const SEPARATOR = "\u001F";

/**
 * Tells of a send's result, in the middle of a script that writes it down: `tell(job, event)` once for each result, however often
 * it is called, then `trimEvents(ms)` at the end. The script says what `EVENTS` and `OUTBOX` are, its keys, and how many
 * bytes of them are kept, `MOST_BYTES`.
 */
export const TELL_SCRIPT = `
local function write(...) redis.call(...) end
${STREAMS}
local stream = nil
local function tell(job, event)
  if event == "" then return end
  local id, kind, at, region, data = string.match(event, "^(.-)${SEPARATOR}(.-)${SEPARATOR}(.-)${SEPARATOR}(.-)${SEPARATOR}(.*)$")
  if redis.call("HGET", job, "${TOLD}") == id then return end
  stream = stream or openStream(EVENTS, OUTBOX, MOST_BYTES)
  if stream.isOff then return end
  redis.call("HSET", job, "${TOLD}", id)
  append(stream, "id", id, "type", kind, "at", at, "region", region, "data", data)
end
local function trimEvents(ms)
  if stream then trim(stream, tonumber(ms)) end
end
`;

/** An event as `tell` takes it. */
export function toTell({ id, type, at, region, data }: VolleyEvent): string {
  return [id, type, at, region, JSON.stringify(data)].join(SEPARATOR);
}
