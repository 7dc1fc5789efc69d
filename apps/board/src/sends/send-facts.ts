import { countSegments, createRedisScript, queueName, readJobData, regionOfSendId } from "@volley/contract";
import type { Doors } from "../terms/route.ts";

/** What a send's job says beside its status. */
export type SendFacts = {
  readonly addedAt: Date | null;
  readonly takenAt: Date | null;
  readonly endedAt: Date | null;
  /** Of its text, as it was written; `null` where it cannot be looked into. */
  readonly text: string | null;
  /** Of one text, before values are put in; `null` where nobody knows. */
  readonly segments: number | null;
};

/** Bytes of a job's data that are looked into; a longer list of recipients is not read for its text. */
const MOST_BYTES = 200_000;

/** Keys: the job. Values: the most bytes. */
const READ = createRedisScript(`
local times = redis.call("HMGET", KEYS[1], "timestamp", "processedOn", "finishedOn")
local data = false
if redis.call("HSTRLEN", KEYS[1], "data") <= tonumber(ARGV[1]) then data = redis.call("HGET", KEYS[1], "data") end
return { times[1], times[2], times[3], data }`);

/** Reads it with one call. What there is none of is `null`. */
export async function readSendFacts(
  { redisOf, prefix }: Pick<Doors, "redisOf" | "prefix">,
  id: string,
  region?: string,
): Promise<SendFacts> {
  const of = region ?? regionOfSendId(id);
  const key = `${prefix}:${queueName(of ?? "auto")}:${id}`;
  const found = of === null ? [] : await READ.run(redisOf(of), [key], [MOST_BYTES]);
  const [added, taken, ended, data] = Array.isArray(found) ? (found as unknown[]) : [];
  const text = textOf(data);
  return {
    addedAt: timeOf(added),
    takenAt: timeOf(taken),
    endedAt: timeOf(ended),
    text,
    segments: text === null ? null : countSegments(text).segments,
  };
}

function timeOf(ms: unknown): Date | null {
  const date = new Date(typeof ms === "string" ? Number(ms) : Number.NaN);
  return Number.isNaN(date.getTime()) ? null : date;
}

function textOf(data: unknown): string | null {
  if (typeof data !== "string") return null;
  try {
    const read = readJobData(JSON.parse(data));
    const message: unknown = read.kind === "send" ? read.data : read.data.message;
    const body: unknown = Reflect.get(Object(message), "body");
    return typeof body === "string" ? body : null;
  } catch {
    return null;
  }
}
