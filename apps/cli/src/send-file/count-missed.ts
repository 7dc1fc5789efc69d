import type { SentFile } from "./send-file.ts";

/** How many people with a valid number the provider has not accepted. Those who opted out are left out on purpose. */
export function countMissed(sent: readonly SentFile[]): number {
  return sent.reduce((missed, { valid, status }) => {
    const { accepted = 0, suppressed = 0 } = status.result?.recipients ?? {};
    return missed + valid - accepted - suppressed;
  }, 0);
}
