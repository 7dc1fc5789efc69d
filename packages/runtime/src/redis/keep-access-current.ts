import { Cluster } from "ioredis";
import type { RedisClient } from "./redis-client.ts";
import type { RedisAccess } from "./redis-settings.ts";

/**
 * Lets every new connection of a client, and of those that BullMQ makes out of it, ask for user and password: a password
 * that was changed must not keep a process out for good. ioredis reads both from its options whenever it connects.
 */
export function keepAccessCurrent(client: RedisClient, current: NonNullable<RedisAccess["current"]>): void {
  const options: object = client instanceof Cluster ? (client.options.redisOptions ?? {}) : client.options;
  for (const name of ["username", "password"] as const) {
    Object.defineProperty(options, name, { get: () => current()[name], enumerable: true, configurable: true });
  }
  const duplicate = client.duplicate.bind(client) as (...parameters: unknown[]) => RedisClient;
  client.duplicate = ((...parameters: unknown[]) => {
    const other = duplicate(...parameters);
    keepAccessCurrent(other, current);
    return other;
  }) as typeof client.duplicate;
}
