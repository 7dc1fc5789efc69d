import { type ReferredSend, referredSend, regionOfSendId } from "@volley/contract";
import type { Cluster, Redis } from "ioredis";
import type { Inbound } from "../callback/callback.ts";
import type { InboundLink } from "../event/inbound-event.ts";
import { batchOfReference, findLastSend } from "../reached/find-last-send.ts";
import type { Place } from "../terms/keys.ts";

/** How references of jobs end whose IDs were not made by us; see `clientReference`. */
const MARKED = /~[0-9a-f]{10}~.|~[0-9a-f]{40}$/s;

/** Finds what somebody answers to: what the provider says, or else the last send to them by the number that they texted. */
export async function linkInbound(
  redis: Redis | Cluster,
  place: Place,
  { message, at }: Inbound,
): Promise<InboundLink> {
  const [from, to, told] = [message["from"], message["to"], message["client_reference"]].map((value) =>
    typeof value === "string" ? value : "",
  ) as [string, string, string];
  if (told !== "") {
    const send = ownSend(told, place.region);
    if (send === null) return { unlinked: "other_send" };
    return { send, batchId: await batchOfReference(redis, place, { reference: told, from, to }) };
  }
  const last = await findLastSend(redis, place, { from, to, at: at ?? new Date() });
  if ("unlinked" in last) return last;
  const send = referredSend(last.reference);
  return send === null ? { unlinked: "other_send" } : { send, batchId: last.batchId };
}

function ownSend(reference: string, region: string): ReferredSend | null {
  const send = referredSend(reference);
  if (send === null) return null;
  const isOurs = regionOfSendId(send.id) === region || MARKED.test(reference);
  return isOurs ? send : null;
}
