/** How Sinch names the entry of `to` that it does not like, for example `The format of parameter 'to[0]' is invalid`. */
const NAMED_ENTRY = /\bto\[(\d+)\]/;

/**
 * The entry of `to` that a refusal names. Only the first bad one is named in the examples that Sinch publishes.
 *
 * @param text - the provider's text
 * @returns the index, from 0, or `null` when the text names none
 */
export function rejectedRecipientIndex(text: string): number | null {
  const index = NAMED_ENTRY.exec(text)?.[1];
  return index === undefined ? null : Number(index);
}
