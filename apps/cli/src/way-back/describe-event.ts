import type { EventsPage } from "@volley/producer";

/** What is shown of what happened, where it has it: never whom it was about, nor what was said. */
const SHOWN = ["send_id", "batch_id", "state", "status", "code", "is_final", "endpoint_id", "reason"] as const;

/** What would move the cursor, colour the terminal or hide a part of the text. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;

/** An event in one line. */
export function describeEvent({ id, type, at, region, data }: EventsPage["events"][number]): string {
  const shown = SHOWN.flatMap((name) => {
    const value = data[name];
    return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
      ? [`${name}=${String(value)}`]
      : [];
  });
  return [at, region, type, id, ...shown].join(" ").replaceAll(UNSEEN, " ");
}
