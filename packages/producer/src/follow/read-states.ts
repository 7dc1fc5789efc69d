import { createRedisScript, type SendResult, sendResultSchema } from "@volley/contract";
import type { QueueAccess, SendAddress } from "../redis/queue-access.ts";
import { stateOfJob, type SendStatus } from "./read-status.ts";

/** Where a send is, in short. */
export type ShortStatus = {
  readonly state: SendStatus["state"];
  /** What it came to; `null` while it has no result. */
  readonly result: Pick<SendResult, "state" | "recipients"> | null;
};

/**
 * Values: beginning of the keys of a queue and ID, of each send. Answers of each BullMQ's state, the note of its last try while it
 * is put back, and state and counts of its result; nothing of one that is not there.
 *
 * A queue may be long: only that of the jobs at work is looked through. A result may be long, too: it is not parsed. A text in it is
 * escaped, what it rejects has no state, and what has one, or recipients, comes after its own.
 */
const READ = createRedisScript(`
local answers = {}
local function state_of(queue, id)
  for _, set in ipairs({ "completed", "failed", "delayed", "waiting-children" }) do
    if redis.call("ZSCORE", queue .. set, id) then return set end
  end
  return redis.call("LPOS", queue .. "active", id) and "active" or "waiting"
end
for at = 1, #ARGV, 2 do
  local job, answer = ARGV[at] .. ARGV[at + 1], { "", "", "", "" }
  if redis.call("HEXISTS", job, "data") == 1 then
    answer[1] = state_of(ARGV[at], ARGV[at + 1])
    if answer[1] == "delayed" then answer[2] = redis.call("HGET", job, "progress") or "" end
    if answer[1] == "completed" then
      local result = redis.call("HGET", job, "returnvalue") or ""
      answer[3] = string.match(result, '"state":"(%a+)"') or ""
      answer[4] = string.match(result, '"recipients":(%b{})') or ""
    end
  end
  answers[#answers + 1] = answer
end
return answers`);

/** Reads where sends are, in one step: a list shows many of them. @returns `null` for one that is not there, in their order */
export async function readStates(
  { link, keyOf }: QueueAccess,
  sends: readonly SendAddress[],
): Promise<(ShortStatus | null)[]> {
  if (sends.length === 0) return [];
  const values = sends.flatMap(({ id, region }) => [keyOf(region, ""), id]);
  const [first = ""] = values;
  const answer: unknown = await link.run(async () => READ.run(link.connection, [first], values));
  return Array.isArray(answer) ? answer.map((each: unknown) => shortOf((each as unknown[]).map(String))) : [];
}

function shortOf([state = "", progress = "", ended = "", counts = ""]: readonly string[]): ShortStatus | null {
  if (state === "") return null;
  const read = resultOf.safeParse({ state: ended, recipients: objectOf(counts) });
  return { state: stateOfJob(state, objectOf(progress)), result: read.success ? read.data : null };
}

const resultOf = sendResultSchema.pick({ state: true, recipients: true });

function objectOf(json: string): object {
  try {
    return Object(JSON.parse(json)) as object;
  } catch {
    return {};
  }
}
