import { decidedOf, decisionFields, type KeptLedger, LEDGER_FIELD, ledgerFields, readLedger } from "@volley/contract";
import { WITHHELD_LUA, WITHHELD_VALUES, withheldCall } from "@volley/opt-outs";
import { countEnded } from "./count-ended.ts";
import { runHeld } from "../job/run-held.ts";
import type { RegionContext } from "../region/region-context.ts";
import { countsOfLedger } from "./result-of-ledger.ts";
import type { HeldJob } from "../terms/held-job.ts";

/** The first of the fields among the arguments. */
const FIELDS = 4 + WITHHELD_VALUES;

/**
 * Keys: the job, its lock, its log, then those of the proof of who was left out. Arguments: the token, the head as it was kept
 * last or nothing, a line for the log or nothing, the values of the proof, then fields and their values. A connection that was
 * lost before the answer sends a command again: a step that stands there already, to the last field, is kept.
 */
const KEEP = `
if (redis.call("HGET", KEYS[1], "${LEDGER_FIELD}") or "") ~= ARGV[2] then
  for at = ${FIELDS}, #ARGV, 2 do
    if redis.call("HGET", KEYS[1], ARGV[at]) ~= ARGV[at + 1] then return 0 end
  end
  return 1
end
redis.call("HSET", KEYS[1], unpack(ARGV, ${FIELDS}))
if ARGV[3] ~= "" then redis.call("RPUSH", KEYS[3], ARGV[3]) end`;

const NOBODY_LEFT_OUT = {
  script: `${KEEP}\nreturn 1`,
  keys: [],
  values: Array.from({ length: WITHHELD_VALUES }, () => ""),
};

const KEEP_AND_PROVE = `${KEEP}
${WITHHELD_LUA}
note_withheld({ unpack(KEYS, 4) }, { unpack(ARGV, 4, ${FIELDS - 1}) })
return 1`;

/**
 * Keeps how far a job is, before anything more of it is sent: the head, and what was decided since the last step. Where
 * Redis has forgotten that step, everything is written once more: a head that speaks of decisions which are not there would
 * lose the people of those. Who was left out is noted for the proof of it in the same step.
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
    const { script, keys, values } = proofOf(context, held, next, since);
    const call = { keys: [`${held.key}:logs`, ...keys], values: [head, line, ...values, ...fields] };
    return (await runHeld(context, held, script, call)) === 1;
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

/** What is noted of those who were left out since a step. */
function proofOf(
  { suppressions: { numbering }, prefix, region, proofS }: RegionContext,
  { sendId, part }: HeldJob,
  { ledger }: KeptLedger,
  since: KeptLedger | null,
) {
  const recipients = ledger.suppressed
    .slice(since?.ledger.suppressed.length ?? 0)
    .flat()
    .map(({ recipient }) => recipient);
  if (recipients.length === 0) return NOBODY_LEFT_OUT;
  const leftOut = { region, sendId, part, recipients, keepS: proofS };
  return { script: KEEP_AND_PROVE, ...withheldCall({ prefix, numbering }, leftOut) };
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
