import { shownId } from "@volley/contract";
import type { ApiKey } from "@volley/keys";
import { type Producer, ProducerError } from "@volley/producer";
import { placeOf } from "./send-path.ts";
import { mayUseRegion, mayUseSender } from "../guard/require-allowed.ts";

/** Which send is meant; with a region where another client of BullMQ has added it. */
export type SendPlace = { readonly id: string; readonly region?: string | undefined };

/**
 * Looks whether a send is one of those that a key is for. One of another region or sender is as one that there is not.
 *
 * @throws ProducerError `VOLLEY_UNKNOWN_SEND`, `VOLLEY_INVALID_REGION`
 */
export async function requireOwn(key: ApiKey, { id, region }: SendPlace, producer: Producer): Promise<void> {
  if (key.regions === null && key.senders === null) return;
  // Nothing is looked for where the key sees nothing.
  if (region !== undefined && !mayUseRegion(key, region)) throw unknownSend(id);
  const origin = await producer.origin(id, placeOf(region));
  if (origin?.regions.every((name) => mayUseRegion(key, name)) && mayUseSender(key, origin.from)) return;
  throw unknownSend(id);
}

/** @throws ProducerError `VOLLEY_UNKNOWN_SEND` for what was not found */
export function known<T>(id: string, found: T | null): T {
  if (found === null) throw unknownSend(id);
  return found;
}

function unknownSend(id: string): ProducerError {
  return new ProducerError("VOLLEY_UNKNOWN_SEND", `${shownId(id)}: there is no such send, or it is no longer kept`);
}
