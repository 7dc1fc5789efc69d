import {
  closeRedis,
  connectRedis,
  describeRedis,
  type RedisClient,
  type RedisSettings,
  waitForRedis,
} from "@volley/runtime";
import { unlessInterrupted } from "../exit/unless-interrupted.ts";

/** How long a Redis is waited for, and until when. */
export type Patience = {
  /** Ends the wait. @default never */
  readonly signal?: AbortSignal | undefined;
  /** In milliseconds. @default 5000: a person waits for a Redis that may not be there */
  readonly patienceMs?: number | undefined;
  /** Whether there is something to be done without it: then each call says by itself that it is away. @default false */
  readonly mayBeAway?: boolean;
};

const NEVER = new AbortController().signal;

const PATIENCE_MS = 5_000;

/**
 * Works with a Redis, and closes the connection in any case.
 *
 * @throws SettingsError when it is not there in time: it names `REDIS_URL` and what the last try met
 * @throws the signal's reason when it aborts before that
 */
export async function withRedis<T>(
  settings: RedisSettings,
  work: (client: RedisClient) => Promise<T>,
  { signal = NEVER, patienceMs = PATIENCE_MS, mayBeAway = false }: Patience = {},
): Promise<T> {
  const client = connectRedis(settings, { role: "producer", name: "volley-cli" });
  try {
    if (!mayBeAway) await unlessInterrupted(signal, waitForRedis(client, describeRedis(settings), patienceMs));
    return await work(client);
  } finally {
    await closeRedis(client);
  }
}
