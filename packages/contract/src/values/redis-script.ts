import { createHash } from "node:crypto";

/** A connection to Redis, or what stands before one, as far as scripts need it. */
export type ScriptConnection = {
  evalsha(digest: string, keys: number, ...keysAndValues: (string | number)[]): Promise<unknown>;
  eval(lua: string, keys: number, ...keysAndValues: (string | number)[]): Promise<unknown>;
};

/** A script that Redis is told once, and then knows by its digest. */
export type RedisScript = {
  readonly digest: string;
  /** Runs it, and tells Redis what it is where that has forgotten it, as it does when it starts again. */
  readonly run: (
    connection: ScriptConnection,
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
        if (!isUnknownScript(error)) throw error;
        return connection.eval(lua, keys.length, ...keys, ...values);
      }
    },
  };
}

/** Whether Redis says that it does not know a script. */
export function isUnknownScript(error: unknown): boolean {
  return error instanceof Error && error.name === "ReplyError" && error.message.startsWith("NOSCRIPT");
}
