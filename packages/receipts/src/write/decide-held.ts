import { createRedisScript, type ScriptConnection } from "@volley/contract";
import {
  HEARD_LUA,
  type HeardRow,
  listKeys,
  type Numbering,
  OtherSecretError,
  packEntry,
  placesOf,
  PROOF_S,
  proofKeys,
  type Scope,
  scopeCode,
  SUPPRESSIONS_LUA,
} from "@volley/opt-outs";
import type { Cluster, Redis } from "ioredis";
import { eventId } from "../event/event.ts";
import { type HeldNote, readNote } from "../terms/held-note.ts";
import { eventsKey, outboxKey } from "../terms/keys.ts";
import { STREAMS } from "./stream-script.ts";

/** What a person has decided about somebody who is held. */
export type HeldDecision = {
  readonly number: string;
  readonly scope: Scope;
  /** Of the message that was decided about; `undefined` for whatever it was. */
  readonly messageId?: string | undefined;
  /** `stop`: they are on the list by their own wish. `no`: they are let go. */
  readonly answer: "stop" | "no";
  readonly who: string;
  readonly why: string;
};

/**
 * Keys: head, log, the held ones, an entry's bucket, events, the hash about them, what was heard. Values: the key's ID, the entry's field, what
 * has held it, nothing for a `no` or the entry, what is noted for the proof, and for how long in seconds, then nothing or the fields of an event. Answers 1, 0 for nobody, or "other_key".
 */
const DECIDE = createRedisScript(`
${SUPPRESSIONS_LUA}
${HEARD_LUA}
local function write(...) redis.call(...) end
${STREAMS}
local list = suppressions(KEYS[1], KEYS[2], KEYS[3], ARGV[1])
if not list then return "other_key" end
local field, note, entry = ARGV[2], ARGV[3], ARGV[4]
-- Nobody decides about what they have not read.
if (redis.call("HGET", KEYS[3], field) or "") ~= note then return 0 end
if string.sub(redis.call("HGET", KEYS[4], field) or "", 1, 1) ~= "m" then return 0 end
local events = openStream(KEYS[5], KEYS[6])
if entry == "" then list.remove(KEYS[4], field) else list.add(KEYS[4], field, entry) end
list.close()
note_heard(KEYS[7], entry == "" and "removed" or "confirmed", ARGV[5], ARGV[6])
if ARGV[7] then
  append(events, "id", ARGV[7], "type", ARGV[8], "at", ARGV[9], "region", ARGV[10], "data", ARGV[11])
  redis.call("HSET", events.about, "bytes", events.bytes)
end
return 1`);

type ListPlace = {
  readonly redis: Redis | Cluster;
  /** What the decision is written by. */
  readonly writes: ScriptConnection;
  readonly prefix: string;
  readonly numbering: Numbering;
  /** How long the proof of it is kept, in seconds. @default four years */
  readonly proofS?: number;
};

/**
 * Decides about somebody who is held. A `stop` counts from when the message was received, as if it had been heard: START takes
 * it away. An event tells it where the message is known.
 *
 * @returns whether they were held, by that message
 * @throws OtherSecretError
 */
export async function decideHeld(place: ListPlace, decision: HeldDecision, now: Date): Promise<boolean> {
  // Where the list is in clear, the entry of somebody who was forgotten stands elsewhere.
  for (const at of placesOf(place, decision)) {
    if (await decideAt(place, at, decision, now)) return true;
  }
  return false;
}

async function decideAt(
  { redis, writes, ...place }: ListPlace,
  { bucket, field }: ReturnType<typeof placesOf>[number],
  decision: HeldDecision,
  now: Date,
): Promise<boolean> {
  const { prefix, numbering, proofS = PROOF_S } = place;
  const { head, log, held } = listKeys(prefix);
  const text = (await redis.hget(held, field)) ?? "";
  const note = text === "" ? null : readNote(text);
  if (decision.messageId !== undefined && decision.messageId !== note?.message_id) return false;
  const isStop = decision.answer === "stop";
  const entry = isStop ? entryOf(decision, note, now) : "";
  const keys = [head, log, held, bucket, eventsKey(prefix), outboxKey(prefix), proofKeys(place, decision.number).heard];
  const event = isStop && note !== null ? eventOf(note, decision.who, now) : [];
  const decided = await DECIDE.run(writes, keys, [
    numbering.keyId,
    field,
    text,
    entry,
    rowOf(decision, note),
    proofS,
    ...event,
  ]);
  if (decided === "other_key") {
    throw new OtherSecretError(
      "the suppression list was written with another VOLLEY_SUPPRESSION_SECRET, or without one",
    );
  }
  return decided === 1;
}

function rowOf({ answer, scope, who, why }: HeldDecision, note: HeldNote | null): string {
  const what = answer === "stop" ? "decided_stop" : "decided_no";
  const about = { message_id: note?.message_id ?? null, region: note?.region ?? null };
  return JSON.stringify({ what, scope: scopeCode(scope), ...about, who, why } satisfies HeardRow);
}

function entryOf({ who, why }: HeldDecision, note: HeldNote | null, now: Date): string {
  return packEntry({
    kind: "stop",
    at: note === null ? now : new Date(note.at),
    who,
    why: why || (note?.message_id ?? ""),
  });
}

function eventOf({ text: _text, at: _at, region, ...data }: HeldNote, who: string, now: Date): string[] {
  const type = "recipient.opted_out";
  const id = eventId(type, region, data.message_id);
  return [id, type, now.toISOString(), region, JSON.stringify({ ...data, decided_by: who })];
}
