import { setTimeout as pause } from "node:timers/promises";
import { type Producer, ProducerError, type SendStatus } from "@volley/producer";
import { CliError } from "../exit/cli-error.ts";
import { describeHold } from "../words/describe-hold.ts";
import { InterruptedError } from "../exit/interrupted-error.ts";
import { EXIT_CODES } from "../exit/exit-codes.ts";
import type { ProgressBar } from "./progress-bar.ts";
import { timeInWords } from "../words/time-in-words.ts";

/** A send that is followed to its end. */
export type Followed = { readonly id: string; readonly recipients: number };

/** How often Redis is asked, in milliseconds. */
const ASK_INTERVAL_MS = 200;

/** How long a Redis is waited for that has gone away, in milliseconds. Where workers reach it the sends go on without anybody who watches. */
const PATIENCE_MS = 10 * 60_000;

const AWAY =
  "Redis does not answer; what is on the queue goes on where workers reach it, and is followed again when it answers";

/** Nobody can say more: a Redis that has ended has what it kept on its disk, which may be nothing. */
const PERHAPS_LOST = "what Redis has kept is sent when it answers, and the rest is lost";

const BACK = "Redis answers again";

/**
 * Follows sends until all of them have ended, and moves the bar by recipients. What keeps a send waiting is said, once: its
 * time, its region, or a Redis that has gone away for a moment.
 *
 * @returns their last status, in the order given; `null` for one that is gone
 * @throws the signal's reason when it aborts; the sends go on
 * @throws InterruptedError when it aborts while Redis is away, of which nobody knows whether it has kept them
 * @throws CliError when Redis has not answered for too long
 */
export async function followSends(
  producer: Pick<Producer, "status">,
  sends: readonly Followed[],
  bar: Pick<ProgressBar, "update" | "say">,
  signal: AbortSignal,
  patienceMs: number = PATIENCE_MS,
): Promise<(SendStatus | null)[]> {
  const sayOnce = createSayOnce(bar);
  const ask = createPatientAsk(producer, bar, patienceMs);
  for (;;) {
    if (signal.aborted && ask.isAway())
      throw new InterruptedError(signal.reason, `${PERHAPS_LOST}: ${howToLook(sends)}`);
    signal.throwIfAborted();
    const statuses = await ask.for(sends);
    if (statuses !== null) {
      sayOnce(statuses.flatMap((status) => waitsFor(status, new Date())));
      bar.update(
        sends.reduce((done, send, index) => done + Math.floor(send.recipients * shareOf(statuses[index] ?? null)), 0),
      );
      if (statuses.every(hasEnded)) return statuses;
    }
    // Its own error would hide the reason, which the next round throws.
    await pause(ASK_INTERVAL_MS, undefined, { signal }).catch(() => {});
  }
}

/** Asks for all of them. It answers `null` while Redis is away, and says so. */
function createPatientAsk(
  producer: Pick<Producer, "status">,
  bar: Pick<ProgressBar, "say">,
  patienceMs: number,
): {
  readonly for: (sends: readonly Followed[]) => Promise<(SendStatus | null)[] | null>;
  readonly isAway: () => boolean;
} {
  let awaySince: number | null = null;
  const askFor = async (sends: readonly Followed[]): Promise<(SendStatus | null)[] | null> => {
    try {
      const statuses = await Promise.all(sends.map(async ({ id }) => producer.status(id)));
      if (awaySince !== null) bar.say(BACK);
      awaySince = null;
      return statuses;
    } catch (error) {
      if (!(error instanceof ProducerError) || error.code !== "VOLLEY_REDIS_UNAVAILABLE") throw error;
      if (awaySince === null) bar.say(AWAY);
      awaySince ??= performance.now();
      if (performance.now() - awaySince <= patienceMs) return null;
      throw new CliError(`Redis has not answered for too long; ${PERHAPS_LOST}: ${howToLook(sends)}`, {
        exitCode: EXIT_CODES.notAllAccepted,
        cause: error,
      });
    }
  };
  return { for: askFor, isAway: () => awaySince !== null };
}

function howToLook(sends: readonly Followed[]): string {
  return sends.map(({ id }) => `volley status ${id}`).join(", ");
}

/** What a send waits for, in a sentence, and what makes it another one: a reason may change with every look. */
type Wait = { readonly what: string; readonly sentence: string };

function waitsFor(status: SendStatus | null, now: Date): Wait[] {
  if (status === null || hasEnded(status)) return [];
  const { id, state, until, sendAt = until, holds = [] } = status;
  const waits = holds.map((hold) => ({ what: `${hold.region} ${hold.state}`, sentence: describeHold(hold, now) }));
  if (state !== "scheduled" || sendAt === null) return waits;
  return [{ what: id, sentence: `${id}: scheduled for ${timeInWords(sendAt, now)}` }, ...waits];
}

/** Says what is waited for when it is new. A region that backs off comes and goes within a second, and is said once. */
function createSayOnce(bar: Pick<ProgressBar, "say">): (waits: readonly Wait[]) => void {
  const said = new Set<string>();
  return (waits) => {
    const now = new Set(waits.map(({ what }) => what));
    for (const what of said) if (!now.has(what) && !what.endsWith(" held")) said.delete(what);
    for (const { what, sentence } of waits) {
      if (!said.has(what)) bar.say(sentence);
      said.add(what);
    }
  };
}

function hasEnded(status: SendStatus | null): boolean {
  return status === null || status.state === "settled" || status.state === "failed";
}

function shareOf(status: SendStatus | null): number {
  if (hasEnded(status)) return 1;
  return status?.parts ? status.parts.done / status.parts.total : 0;
}
