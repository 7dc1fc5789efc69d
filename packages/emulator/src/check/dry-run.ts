import type { CheckedBatch } from "./check-batch.ts";
import { personalText } from "./personal-text.ts";
import { segmentsOf } from "./segments.ts";

/** What a dry run says about one recipient. */
interface DryMessage {
  readonly recipient: string;
  readonly number_of_parts: number;
  readonly body: string;
  readonly encoding: string;
}

/** What a batch would come to. */
export interface DryRun {
  readonly recipients: number;
  /** Segments of all messages. */
  readonly messages: number;
  /** The first recipients, as many as are asked for. */
  readonly details: readonly DryMessage[];
}

/**
 * Computes every message of a batch without sending any.
 *
 * A recipient who lacks a parameter gets no message and counts no segment. A binary or media message is one segment.
 *
 * @param numbers - the recipients, with those of groups
 */
export function dryRun({ fields }: CheckedBatch, numbers: readonly number[], maxDetails: number): DryRun {
  const text = personalText(fields);
  const details: DryMessage[] = [];
  let messages = 0;
  for (const number of numbers) {
    const isReached = text.reaches(number);
    const body = isReached ? text.textFor(number) : "";
    const { segments, encoding } = segmentsOf(fields["type"], body);
    const sentSegments = isReached ? segments : 0;
    messages += sentSegments;
    if (details.length < maxDetails) {
      details.push({ recipient: String(number), number_of_parts: sentSegments, body, encoding });
    }
  }
  return { recipients: numbers.length, messages, details };
}
