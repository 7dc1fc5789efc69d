import { setTimeout as sleep } from "node:timers/promises";
import { type CarriedPlace, carryList } from "./carry-list.ts";
import { joinNext } from "./join-next.ts";
import type { Numbering } from "../terms/numbering.ts";

/** The name of the list in the Redis that is of no region, which no region has; that of others is their first region's. */
export const HOME_LIST = "_home";

/** Brings what counts for all from each list to all others, as long as a process runs. */
export type ListCarrier = {
  /**
   * Resolves once every other list has what one of them has now.
   *
   * @throws where one of them cannot be reached: it is carried there later
   */
  readonly flush: (name: string) => Promise<void>;
  /** Carries all there is, as far as that can be done in so many milliseconds. */
  readonly settle: (withinMs: number) => Promise<void>;
  readonly close: () => Promise<void>;
};

type CarrierOptions = {
  readonly places: readonly CarriedPlace[];
  readonly prefix: string;
  readonly numbering: Numbering;
  readonly log: { readonly warn: (fields: object, message: string) => void };
  /** How often is looked, in milliseconds. @default 1000 */
  readonly everyMs?: number;
};

const EVERY_MS = 1_000;

/** How soon a process that has just started looks again, in milliseconds. */
const SETTLE_MS = 50;

class AwayError extends Error {}

/** How long a process waits for one of them, in milliseconds. */
const PATIENCE_MS = 3_000;

/** Starts it. Of one list alone there is nothing to be carried. */
export function startListCarrier({ places, prefix, numbering, log, everyMs = EVERY_MS }: CarrierOptions): ListCarrier {
  const ways = places.flatMap((from) =>
    places
      .filter((to) => to !== from)
      .map((to) => {
        const carry = joinNext(async () => void (await carryList({ from, to, prefix, numbering })));
        return { from, to, carry, isFailing: false };
      }),
  );
  const go = async (way: (typeof ways)[number]): Promise<void> => {
    const { from, to, carry } = way;
    if (from.redis.status !== "ready" || to.redis.status !== "ready") throw new AwayError("a Redis is not connected");
    await within(carry(), PATIENCE_MS);
  };
  const goQuietly = async (way: (typeof ways)[number]): Promise<void> => {
    try {
      await go(way);
      way.isFailing = false;
    } catch (error) {
      // That one is away others say.
      if (!way.isFailing && !(error instanceof AwayError)) {
        const fields = { from: way.from.name, to: way.to.name, err: error };
        log.warn(fields, "opt-outs cannot be carried to another Redis; it is tried again");
      }
      way.isFailing = true;
    }
  };
  const round = async (): Promise<void> => void (await Promise.all(ways.map(goQuietly)));
  let underWay = Promise.resolve();
  const timer = setInterval(() => {
    underWay = round();
  }, everyMs);
  if (ways.length === 0) clearInterval(timer);
  return {
    flush: async (name) => void (await Promise.all(ways.filter(({ from }) => from.name === name).map(go))),
    settle: async (withinMs) => {
      const end = Date.now() + withinMs;
      for (;;) {
        await within(round(), withinMs).catch(() => {});
        if (ways.every(({ isFailing }) => !isFailing) || Date.now() >= end) return;
        await sleep(SETTLE_MS);
      }
    },
    close: async () => {
      clearInterval(timer);
      await within(underWay, PATIENCE_MS).catch(() => {});
    },
  };
}

async function within<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it has not ended within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
