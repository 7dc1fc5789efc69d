import { createWriter, FIRST_EVENTS, readCallback, readEvents } from "@volley/receipts";
import type { RegionRig } from "./region-rig.ts";

/** The number that people are texted by. */
const SENDER = "12015550123";

/** What the event of an answer says of what it is to. */
type Told = Readonly<Record<"send_id" | "client_reference" | "batch_id" | "unlinked", unknown>>;

/** Somebody answers. @param at - when the provider has received it. @default now */
export async function answerOf(
  { redis, prefix }: Pick<RegionRig, "redis" | "prefix">,
  { id, from, at = new Date() }: { readonly id: string; readonly from: string; readonly at?: Date },
): Promise<Told> {
  const writer = createWriter({ redis, prefix, keepS: 600, nonceS: 600, events: { bytes: 1e6, ageMs: 1e6 } });
  const message = { type: "mo_text", id, from, to: SENDER, body: "Yes", received_at: at.toISOString() };
  await writer.write({ region: "eu", callback: readCallback(message) });
  const { events } = await readEvents(redis, prefix, { cursor: FIRST_EVENTS, limit: 100 });
  const { send_id, client_reference, batch_id, unlinked } = events.at(-1)?.data ?? {};
  return { send_id, client_reference, batch_id, unlinked };
}
