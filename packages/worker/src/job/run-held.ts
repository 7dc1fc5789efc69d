import type { RegionContext } from "../region/region-context.ts";
import type { HeldJob } from "../terms/held-job.ts";
import { leaveLost } from "./put-back.ts";

const IS_LOST = -1;

const LOOK = `
if redis.call("GET", KEYS[2]) ~= ARGV[1] or redis.call("EXISTS", KEYS[1]) == 0 then return ${IS_LOST} end`;

/**
 * Runs a script in one step with the look whether this worker still holds the job. In the script the job is `KEYS[1]`, its
 * lock `KEYS[2]` and the token `ARGV[1]`; keys and values follow.
 *
 * A worker that was frozen wakes up with what it knew then. Without this look it would write that a send is expired, or
 * that nothing of it is accepted yet, over what another worker has found out since, and people would be texted twice by
 * whoever believes it: the next worker, or a retry of the send.
 *
 * @throws when another worker has the job
 */
export async function runHeld(
  { redis }: Pick<RegionContext, "redis">,
  { key, lock, token }: HeldJob,
  script: string,
  { keys = [], values }: { readonly keys?: readonly string[]; readonly values: readonly (string | number)[] },
): Promise<unknown> {
  const answer = await redis.eval(LOOK + script, 2 + keys.length, key, lock, ...keys, token, ...values);
  if (answer === IS_LOST) leaveLost();
  return answer;
}
