import type { ApiKey, Reserved } from "@volley/keys";
import type { Doors } from "../terms/route.ts";

/** Recipients of one request, taken from those that its key may send to on a day. */
export type Reservation = {
  /** @throws ApiProblem `daily_limit_reached`, and takes nothing */
  readonly take: (count: number) => Promise<void>;
  /** Gives back all that were not used. */
  readonly settle: (used: number) => Promise<void>;
};

/** @param isRepeated - whether the request was done before: it sends to nobody, and is answered whatever is left */
export function createReservation(
  key: ApiKey,
  reserve: Doors["reserve"],
  isRepeated: () => Promise<boolean>,
): Reservation {
  const taken: { readonly reserved: Reserved; readonly count: number }[] = [];
  let isFree = key.per_day === null;
  return {
    take: async (count) => {
      if (isFree || count === 0) return;
      const reserved = await reserve(key, count).catch(async (error: unknown) => {
        isFree = await isRepeated();
        if (!isFree) throw error;
        return null;
      });
      if (reserved !== null) taken.push({ reserved, count });
    },
    settle: async (used) => {
      let left = used;
      for (const { reserved, count } of taken.splice(0)) {
        const kept = Math.min(left, count);
        left -= kept;
        // What cannot be given back is so at the end of the day.
        if (kept < count) await reserved.giveBack(count - kept).catch(() => {});
      }
    },
  };
}
