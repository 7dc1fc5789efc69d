import type { Emulator } from "@volley/emulator";

/** How the message to one recipient ended, as the provider tells whoever asks. */
export type End = { readonly status: string; readonly code: number };

type Report = { readonly statuses: readonly (End & { readonly recipients: readonly string[] })[] };

/**
 * Asks the provider for the end of every message, and never looks at what it has called back.
 *
 * @param tokens - by plan
 * @returns the ends by recipient, by region and recipient: `us 46701234567`
 */
export async function askForEnds(emulator: Emulator, tokens: ReadonlyMap<string, string>): Promise<Map<string, End>> {
  const ends = new Map<string, End>();
  for (const { id, plan } of emulator.batches()) {
    const answer = await fetch(`${emulator.url}/xms/v1/${plan}/batches/${id}/delivery_report?type=full`, {
      headers: { authorization: `Bearer ${tokens.get(plan) ?? ""}` },
    });
    if (answer.status !== 200) throw new Error(`the report on a batch is answered with ${answer.status}`);
    const { statuses } = (await answer.json()) as Report;
    for (const { status, code, recipients } of statuses) {
      for (const recipient of recipients) ends.set(placeOf(id, recipient), { status, code });
    }
  }
  return ends;
}

/** A message is told from others by its batch and its recipient. */
export function placeOf(batchId: string, recipient: string): string {
  return `${batchId} ${recipient}`;
}
