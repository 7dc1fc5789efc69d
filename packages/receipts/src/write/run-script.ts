import { createHash } from "node:crypto";
import type { Cluster, Redis } from "ioredis";

/** What a script is given. */
export type ScriptInput = { readonly keys: readonly string[]; readonly values: readonly (string | number)[] };

/** Runs a script. Redis keeps scripts by their digest, and forgets them when it starts again. */
export type RunScript = (redis: Redis | Cluster, input: ScriptInput) => Promise<unknown>;

export function scriptRunner(lua: string): RunScript {
  const digest = createHash("sha1").update(lua).digest("hex");
  return async (redis, { keys, values }) => {
    try {
      return await redis.evalsha(digest, keys.length, ...keys, ...values);
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith("NOSCRIPT")) throw error;
      return redis.eval(lua, keys.length, ...keys, ...values);
    }
  };
}
