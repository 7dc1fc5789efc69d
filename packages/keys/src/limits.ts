import type { ApiKey } from "./api-key.ts";
import { dayKey, minuteKey } from "./names.ts";
import { COUNT_REQUEST, GIVE_BACK, RESERVE } from "./scripts.ts";
import type { KeyPlace } from "./store.ts";

/** How a key stands to one of its limits. */
export type LimitLook = {
  readonly isOver: boolean;
  readonly limit: number;
  readonly left: number;
  /** In how many milliseconds it begins anew. */
  readonly resetMs: number;
};

/** Recipients that were taken from those of a day. */
export type Reserved = LimitLook & {
  /** Gives some of them back: those who are not sent to. */
  readonly giveBack: (count: number) => Promise<void>;
};

const MINUTE_MS = 60_000;

const DAY_MS = 24 * 60 * MINUTE_MS;

/** Counts a request of a key over all processes; one that is over the limit counts for nothing. @returns `null` without a limit */
export async function countRequest(
  { redis, prefix }: KeyPlace,
  { id, per_minute: limit }: Pick<ApiKey, "id" | "per_minute">,
): Promise<LimitLook | null> {
  if (limit === null) return null;
  const [used, resetMs] = (await COUNT_REQUEST.run(redis, [minuteKey(prefix, id)], [limit, MINUTE_MS])) as [
    number,
    number,
  ];
  return { isOver: used > limit, limit, left: Math.max(0, limit - used), resetMs };
}

/** Takes recipients from those of the day (UTC) over all processes: all of them, or none. @returns `null` without a limit */
export async function reserveRecipients(
  { redis, prefix }: KeyPlace,
  { id, per_day: limit }: Pick<ApiKey, "id" | "per_day">,
  { count, now }: { readonly count: number; readonly now: Date },
): Promise<Reserved | null> {
  if (limit === null) return null;
  const nextDay = (Math.floor(now.getTime() / DAY_MS) + 1) * DAY_MS;
  const keys = [dayKey(prefix, id, now.toISOString().slice(0, "2026-12-01".length))];
  const left = Number(await RESERVE.run(redis, keys, [count, limit, nextDay + DAY_MS]));
  return {
    isOver: left < 0,
    limit,
    left: left < 0 ? left + count : left,
    resetMs: nextDay - now.getTime(),
    giveBack: async (some) => void (await GIVE_BACK.run(redis, keys, [some])),
  };
}
