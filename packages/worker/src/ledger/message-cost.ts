import { countSegments, isGroup, type RateUnit, type ReadySend, textFor } from "@volley/contract";

/** What a message to one recipient costs, in the unit of its region's pace. */
export type CostOf = (recipient: string) => number;

const ONE: CostOf = () => 1;

/**
 * What the recipients of a send cost. A recipient, or a group of whatever size, is 1; in segments it is as many as
 * the recipient's own text takes. Binary messages are one segment (at most 140 bytes), and so are media messages.
 */
export function costOfSend(send: Pick<ReadySend, "message" | "parameters">, unit: RateUnit): CostOf {
  const { body } = send.message;
  if (unit === "recipients" || typeof body !== "string" || send.message.type === "mt_binary") return ONE;
  // Everybody gets the same text, or many do: it is counted once.
  const counted = new Map<string, number>();
  const segmentsOf = (text: string): number => {
    const known = counted.get(text);
    if (known !== undefined) return known;
    const { segments } = countSegments(text);
    counted.set(text, segments);
    return segments;
  };
  if (send.parameters.size === 0) {
    const segments = segmentsOf(body);
    return (recipient) => (isGroup(recipient) ? 1 : segments);
  }
  return (recipient) => (isGroup(recipient) ? 1 : segmentsOf(textFor(body, send.parameters, recipient)));
}

/** What all of them cost together. */
export function totalCost(recipients: readonly string[], costOf: CostOf): number {
  if (costOf === ONE) return recipients.length;
  return recipients.reduce((sum, recipient) => sum + costOf(recipient), 0);
}
