import type { Log } from "./log.ts";

/** How long the same complaint is not made again, in milliseconds. */
const SILENT_MS = 60_000;

/** BullMQ says the same of every job in flight. */
const OF_A_JOB = / for job \S+/;

/** Different complaints that are remembered. */
const MOST_COMPLAINTS = 100;

/**
 * Warns of an error once a minute, with how often it came meanwhile: BullMQ keeps several connections for each queue, and each
 * of them complains at every try, as long as Redis is away or refuses them.
 *
 * @param now - in milliseconds
 */
export function complainRarely(
  log: Pick<Log, "warn">,
  { region, message }: Complaint,
  now: () => number = Date.now,
): (error: Error) => void {
  const made = new Map<string, { untilMs: number; times: number }>();
  return (error) => {
    const key = `${error.name} ${error.message.replace(OF_A_JOB, "")}`;
    const before = made.get(key);
    if (before && now() < before.untilMs) {
      before.times += 1;
      return;
    }
    const timesBefore = before?.times ?? 0;
    made.delete(key);
    made.set(key, { untilMs: now() + SILENT_MS, times: 0 });
    for (const oldest of [...made.keys()].slice(0, -MOST_COMPLAINTS)) made.delete(oldest);
    log.warn({ region, err: error, ...(timesBefore > 0 && { timesBefore }) }, message);
  };
}

/** Who complains, and in which words. */
type Complaint = { readonly region: string; readonly message: string };
