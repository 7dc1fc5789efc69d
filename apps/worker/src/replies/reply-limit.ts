/** What became of a reply: over the limit it is not enqueued, then or later. */
export const REPLY_OUTCOMES = ["enqueued", "over_limit"] as const;

type ReplyOutcome = (typeof REPLY_OUTCOMES)[number];

/** How many replies a region sends within a minute, to whomever: whoever can make up callbacks could have any number sent. */
export type ReplyLimit = {
  /** Whether there may be no other one in this minute. */
  readonly isSpent: (now: Date) => boolean;
  readonly count: (outcome: ReplyOutcome, now: Date) => void;
};

const MINUTE_MS = 60_000;

/** Counts in this process alone: of all processes one makes a region's replies. @param options - `counted`: hears of each */
export function createReplyLimit({
  perMinute,
  counted,
}: {
  readonly perMinute: number;
  readonly counted: (outcome: ReplyOutcome) => void;
}): ReplyLimit {
  let [minute, enqueued] = [0, 0];
  const turn = (now: Date): void => {
    const current = Math.floor(now.getTime() / MINUTE_MS);
    if (current !== minute) [minute, enqueued] = [current, 0];
  };
  return {
    isSpent: (now) => {
      turn(now);
      return enqueued >= perMinute;
    },
    count: (outcome, now) => {
      turn(now);
      if (outcome === "enqueued") enqueued += 1;
      counted(outcome);
    },
  };
}
