import { packPiece, type Parameters, stageKey } from "@volley/contract";
import type { Redis } from "ioredis";

/** What is staged, and where. */
type StagedList = {
  readonly prefix: string;
  readonly id: string;
  readonly recipients: readonly string[];
  /** The values that are a recipient's own, by placeholder. */
  readonly own?: (recipient: string) => Readonly<Record<string, string>>;
};

/** Recipients of a piece. */
const SIZE = 1_000;

/** Stages recipients as a producer does, piece by piece, and says what a send has in place of `to`. */
export async function stageRecipients(
  redis: Redis,
  { prefix, id, recipients, own }: StagedList,
): Promise<{ id: string; recipients: number }> {
  const key = stageKey(prefix, id);
  for (let piece = 0; piece * SIZE < recipients.length; piece += 1) {
    const some = recipients.slice(piece * SIZE, (piece + 1) * SIZE);
    await redis.hset(key, String(piece), packPiece({ recipients: some, parameters: parametersOf(some, own) }));
  }
  await redis.expire(key, 3_600);
  return { id, recipients: recipients.length };
}

function parametersOf(recipients: readonly string[], own: StagedList["own"]): Parameters {
  const parameters = new Map<string, Map<string, string>>();
  for (const recipient of recipients) {
    for (const [name, value] of Object.entries(own?.(recipient) ?? {})) {
      const values = parameters.get(name) ?? new Map<string, string>();
      parameters.set(name, values.set(recipient, value));
    }
  }
  return parameters;
}
