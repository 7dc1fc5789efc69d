import { createHash, randomUUID } from "node:crypto";
import type { ApiKey } from "./api-key.ts";
import { dayKey, minuteKey, takenKey } from "./names.ts";
import { COUNT_REQUEST, RELEASE, SETTLE, TAKE } from "./scripts.ts";
import type { KeyPlace } from "./store.ts";

/** How a key stands to one of its limits. */
export type LimitLook = {
  readonly isOver: boolean;
  readonly limit: number;
  readonly left: number;
  /** In how many milliseconds it begins anew. */
  readonly resetMs: number;
};

/**
 * Recipients that one try of a request takes from those of a day (UTC), the one on which it begins. A try that dies, or does not know
 * how it ended, leaves what it took, and the next one of the same request takes no more than is missing.
 */
export type Reservation = {
  /** @param total - how many the try needs in all. Where `isOver`, nothing more is taken, and `more` would have been */
  readonly take: (total: number) => Promise<LimitLook & { readonly more: number }>;
  /** Ends all tries of the request: so many are sent to. */
  readonly settle: (used: number) => Promise<void>;
  /** Ends this try, which sends to nobody. */
  readonly release: () => Promise<void>;
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

/**
 * Begins a try of a request, over all processes.
 *
 * @param request - what all tries of it have in common
 * @returns `null` without a limit
 */
export function reserveRecipients(
  { redis, prefix }: KeyPlace,
  { id, per_day: limit }: Pick<ApiKey, "id" | "per_day">,
  { request, now }: { readonly request: string; readonly now: () => Date },
): Reservation | null {
  if (limit === null) return null;
  const at = now();
  const day = at.toISOString().slice(0, "2026-12-01".length);
  const nextDay = (Math.floor(at.getTime() / DAY_MS) + 1) * DAY_MS;
  const digest = createHash("sha256").update(request).digest("hex");
  const keys = [dayKey(prefix, id, day), takenKey(prefix, id, { day, digest })];
  const attempt = randomUUID();
  const forgottenAt = nextDay + DAY_MS;
  return {
    take: async (total) => {
      const [left, more] = (await TAKE.run(redis, keys, [attempt, total, limit, forgottenAt])) as [number, number];
      const isOver = left < 0 && more > 0;
      return {
        isOver,
        limit,
        left: Math.max(0, isOver ? left + more : left),
        more,
        resetMs: Math.max(0, nextDay - now().getTime()),
      };
    },
    settle: async (used) => void (await SETTLE.run(redis, keys, [used, forgottenAt])),
    release: async () => void (await RELEASE.run(redis, keys, [attempt])),
  };
}
