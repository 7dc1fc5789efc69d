import type { Batch } from "./batch.ts";
import { readRequest } from "./kept-request.ts";
import { recipientKey } from "../values/parse-recipient.ts";
import { personalText } from "../check/personal-text.ts";

/**
 * The texts that a recipient got, in order, with the parameters filled in.
 *
 * Nothing is kept per recipient: the batches that cannot hold the number are passed over by a text search, the others
 * are parsed. Batches that were canceled before they went out do not count. Of a packed request the template is all
 * that is left.
 *
 * @param number - a number with or without `+`, or a group ID
 */
export function textsTo(batches: readonly Batch[], number: string): string[] {
  const recipient = recipientKey(number);
  const texts: string[] = [];
  for (const batch of batches) {
    if (!batch.isWithdrawn && mayHold(batch, recipient)) texts.push(...textsOfBatch(batch, recipient));
  }
  return texts;
}

function textsOfBatch(batch: Batch, recipient: number | string): string[] {
  const { fields, recipients } = readRequest(batch.content.request);
  const entries = [...recipients.keys, ...(batch.members ?? [])].filter((key) => key === recipient);
  const text = personalText(fields);
  return text.reaches(recipient) ? entries.map(() => text.textFor(recipient)) : [];
}

/** Separators inside a number and JSON escapes are what a text search would miss. */
function mayHold({ content: { request }, members }: Batch, recipient: number | string): boolean {
  if (typeof recipient === "number" && members?.includes(recipient)) return true;
  if (request.isPacked) return typeof recipient === "number" && request.numbers.includes(recipient);
  return !request.isVerbatim || request.raw.includes(String(recipient)) || request.raw.includes("\\u");
}
