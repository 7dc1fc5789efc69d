import { createHash } from "node:crypto";
import type { Cluster, Redis } from "ioredis";

/** A script that Redis is told once, and then knows by its digest. */
export type RedisScript = {
  readonly digest: string;
  /** Runs it, and tells Redis what it is where that has forgotten it. */
  readonly run: (
    connection: Redis | Cluster,
    keys: readonly string[],
    values: readonly (string | number)[],
  ) => Promise<unknown>;
};

/** Creates it. */
export function createRedisScript(lua: string): RedisScript {
  const digest = createHash("sha1").update(lua).digest("hex");
  return {
    digest,
    run: async (connection, keys, values) => {
      try {
        return await connection.evalsha(digest, keys.length, ...keys, ...values);
      } catch (error) {
        if (!isUnknown(error)) throw error;
        return connection.eval(lua, keys.length, ...keys, ...values);
      }
    },
  };
}

/** Whether Redis says that it does not know a script. */
export function isUnknown(error: unknown): boolean {
  return error instanceof Error && error.name === "ReplyError" && error.message.startsWith("NOSCRIPT");
}
