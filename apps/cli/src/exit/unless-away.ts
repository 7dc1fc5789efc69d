import { ProducerError } from "@volley/producer";
import { isInterruption, unlessInterrupted } from "./unless-interrupted.ts";

/**
 * Waits for an answer of somebody who follows what comes.
 *
 * @param isFollowed - whether Redis may be away meanwhile
 * @returns `null` where Redis is away while somebody follows, and where it is interrupted
 */
export async function unlessAway<T>(
  asked: Promise<T>,
  { isFollowed, signal }: { readonly isFollowed: boolean; readonly signal: AbortSignal },
): Promise<T | null> {
  try {
    return await unlessInterrupted(signal, asked);
  } catch (error) {
    const isAway = error instanceof ProducerError && error.code === "VOLLEY_REDIS_UNAVAILABLE";
    if ((isAway && isFollowed) || isInterruption(error, signal)) return null;
    throw error;
  }
}

/** What somebody who follows is told once, when Redis is away. */
export const AWAY = "Redis does not answer; this goes on when it does\n";
