import { readTime, regionOfSendId, type SendResult } from "@volley/contract";
import { type Delivery, deliveryOf, readTally } from "@volley/receipts";
import type { QueueAccess, SendAddress } from "../redis/queue-access.ts";

/** What is known of a send whose reports are looked for. */
type Reported = {
  /** As the caller has asked for it. */
  readonly message: Readonly<Record<string, unknown>>;
  /** `null` while it is on its way. */
  readonly result: SendResult | null;
  /** When it ended: the provider has taken the last of its batches by then. */
  readonly endedAt: Date | null;
};

/** How long the provider tries where nobody says anything else. */
const DEFAULT_EXPIRY_MS = 3 * 24 * 60 * 60 * 1_000;

/** The end of time, as far as a `Date` goes. */
const NEVER = new Date(8.64e15);

/**
 * Reads how far a send's messages are. While it is on its way, of those whom the provider has reported on.
 *
 * @returns `null` where no reports were asked for, and none came
 */
export async function readDelivery(
  { link, prefix }: QueueAccess,
  { id, region }: SendAddress,
  { message, result, endedAt }: Reported,
): Promise<Delivery | null> {
  const names = namesOf(id, result);
  const tallies = await link.run(async () =>
    Promise.all(names.map(async (name) => readTally(link.connection, { prefix, region }, name))),
  );
  const lastAt =
    tallies
      .flatMap((tally) => tally.lastAt ?? [])
      .toSorted()
      .at(-1) ?? null;
  const isAsked = tallies.some((each) => each.isAsked) || (message["delivery_report"] ?? "none") !== "none";
  if (!isAsked && lastAt === null) return null;
  const states = tallies.flatMap((tally) => tally.states);
  const heard = states.reduce((sum, { count }) => sum + count, 0);
  const retriedAs = tallies.find((tally) => tally.retriedAs !== null)?.retriedAs;
  const delivery = deliveryOf(
    { states, lastAt },
    {
      accepted: result?.recipients.accepted ?? heard,
      expiresAt: endedAt === null ? NEVER : expiryOf(message, endedAt),
      now: new Date(),
    },
  );
  return typeof retriedAs === "string" ? { ...delivery, retried_as: retriedAs } : delivery;
}

/**
 * What the references of a send's batches name it. Where another client has made its ID and it was not split, each lot has a
 * name of its own: how many people those before it are to; see `referredSend`.
 */
export function namesOf(id: string, result: SendResult | null): string[] {
  if (regionOfSendId(id) !== null || result === null) return [id];
  const names = [id];
  let taken = 0;
  for (const { part, recipients, suppressed = 0 } of result.batches.slice(0, -1)) {
    if (part !== 0) break;
    taken += recipients + suppressed;
    names.push(`${id}.${taken}`);
  }
  return names;
}

/** When the provider stops trying. */
export function expiryOf(message: Reported["message"], endedAt: Date): Date {
  const expiry = timeOf(message["expire_at"]);
  if (expiry !== null) return expiry;
  const from = Math.max(timeOf(message["send_at"])?.getTime() ?? 0, endedAt.getTime());
  return new Date(from + DEFAULT_EXPIRY_MS);
}

function timeOf(value: unknown): Date | null {
  return typeof value === "string" ? readTime(value) : null;
}
