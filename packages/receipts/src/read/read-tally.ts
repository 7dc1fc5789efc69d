import type { Cluster, Redis } from "ioredis";
import { type DeliveryState, stateOfName } from "../terms/delivery-state.ts";
import { ASKED_FIELD, deliveryKey, type Place, RETRIED_FIELD } from "../terms/keys.ts";

/** What was heard of a send's recipients. */
export type Tally = {
  readonly states: readonly { readonly state: DeliveryState; readonly count: number }[];
  /** When the last thing happened that was heard of, as ISO-8601; `null` where nothing was. */
  readonly lastAt: string | null;
  /** Whether its region has asked for reports, where the send does not say. */
  readonly isAsked: boolean;
  /** The send that went once more to those whose messages had failed; `null` where there is none. */
  readonly retriedAs: string | null;
};

/** Reads what was heard of a send. */
export async function readTally(redis: Redis | Cluster, place: Place, sendId: string): Promise<Tally> {
  const fields = await redis.hgetall(deliveryKey(place, sendId));
  const states = Object.entries(fields).flatMap(([name, value]) => {
    const state = stateOfName(name);
    const count = Number(value);
    return state === null || count === 0 ? [] : [{ state, count }];
  });
  return {
    states,
    lastAt: fields["last_at"] ?? null,
    isAsked: fields[ASKED_FIELD] !== undefined,
    retriedAs: fields[RETRIED_FIELD] ?? null,
  };
}
