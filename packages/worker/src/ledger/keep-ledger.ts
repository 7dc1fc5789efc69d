import { decidedOf, decisionFields, type KeptLedger, LEDGER_FIELD, ledgerFields, readLedger } from "@volley/contract";
import { countEnded } from "./count-ended.ts";
import { runHeld } from "../job/run-held.ts";
import type { RegionContext } from "../region/region-context.ts";
import { countsOfLedger } from "./result-of-ledger.ts";
import type { HeldJob } from "../terms/held-job.ts";

/**
 * Keys: the job, its lock, its log. Arguments: the token, the head as it was kept last or nothing, a line for the log or
 * nothing, then fields and their values. A connection that was lost before the answer sends a command again: a step that
 * stands there already, to the last field, is kept.
 */
const KEEP = `
if (redis.call("HGET", KEYS[1], "${LEDGER_FIELD}") or "") ~= ARGV[2] then
  for at = 4, #ARGV, 2 do
    if redis.call("HGET", KEYS[1], ARGV[at]) ~= ARGV[at + 1] then return 0 end
  end
  return 1
end
redis.call("HSET", KEYS[1], unpack(ARGV, 4))
if ARGV[3] ~= "" then redis.call("RPUSH", KEYS[3], ARGV[3]) end
return 1`;

/**
 * Keeps how far a job is, before anything more of it is sent: the head, and what was decided since the last step. Where
 * Redis has forgotten that step, everything is written once more: a head that speaks of decisions which are not there would
 * lose the people of those.
 *
 * @param before - the last step; `null` when nothing was kept yet
 * @returns the step that was kept
 * @throws when another worker has the job, or a ledger is there that nobody has read
 */
export async function keepLedger(
  context: RegionContext,
  held: HeldJob,
  next: KeptLedger,
  { before, line }: { readonly before: KeptLedger | null; readonly line: string },
): Promise<KeptLedger> {
  const keep = async (head: string, since: KeptLedger | null): Promise<boolean> => {
    const fields = ledgerFields(next.subject, next.ledger, since?.ledger ?? null).flat();
    return (await runHeld(context, held, KEEP, { keys: [`${held.key}:logs`], values: [head, line, ...fields] })) === 1;
  };
  if (!(await keep(before ? headOf(before) : "", before))) {
    // What stands there knows of lots that this try would send again.
    if (before === null) throw new Error("a ledger is there that was not read at the pick-up");
    const known = await context.redis.hget(held.key, LEDGER_FIELD);
    if (!(await keep(known ?? "", null))) throw new Error("Redis does not keep a ledger");
  }
  countEnded(context, countsOfLedger(next.ledger), before ? countsOfLedger(before.ledger) : undefined);
  return next;
}

function headOf({ subject, ledger }: KeptLedger): string {
  return ledgerFields(subject, ledger, ledger)[0]?.[1] ?? "";
}

/** Reads how far the job is that has an ID. @returns `null` where it was never kept */
export async function readKeptLedger(
  { redis, queue }: Pick<RegionContext, "redis" | "queue">,
  id: string,
): Promise<KeptLedger | null> {
  const key = queue.toKey(id);
  const head = await redis.hget(key, LEDGER_FIELD);
  if (head === null) return null;
  const fields = decisionFields(0, decidedOf(head));
  return readLedger(head, fields.length > 0 ? await redis.hmget(key, ...fields) : []);
}
