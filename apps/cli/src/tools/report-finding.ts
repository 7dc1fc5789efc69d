import type { Producer, SendStatus } from "@volley/producer";
import { counted } from "../words/in-english.ts";
import { timeInWords } from "../words/time-in-words.ts";
import { type Finding, FOUND } from "./finding.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;

/** Sends that are looked at. */
const LOOKED_AT = 20;

/** Whether the provider reports on sends of the last day that have asked for it: that shows callbacks, or polling, at work. */
export async function reportFinding(producer: Pick<Producer, "list" | "status">, now: Date): Promise<Finding> {
  const since = new Date(now.getTime() - DAY_MS).toISOString();
  const { sends } = await producer.list({ state: "accepted", since, limit: LOOKED_AT });
  const statuses = await Promise.all(sends.map(async ({ id }) => producer.status(id)));
  return findingOf(statuses, now);
}

/** @param statuses - of the newest sends that were accepted */
export function findingOf(statuses: readonly (Pick<SendStatus, "delivery"> | null)[], now: Date): Finding {
  const asked = statuses.flatMap((status) => status?.delivery ?? []);
  if (asked.length === 0) return FOUND.ok("callbacks", "no send of the last day has asked for reports");
  const latest = asked
    .flatMap(({ last_at: at }) => at ?? [])
    .toSorted()
    .at(-1);
  if (latest !== undefined) return FOUND.ok("callbacks", `the newest report is of ${timeInWords(latest, now)}`);
  const said = `no report has come on ${counted(asked.length, "send")} of the last day that asked for it`;
  return FOUND.warn(
    "callbacks",
    said,
    "the callback URL at the provider must lead to the webhooks, or set polling: docs/delivery.md",
  );
}
