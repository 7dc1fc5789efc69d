import type { RedisSettings } from "@volley/runtime";
import { withRedis } from "../redis/with-redis.ts";
import { keysIn } from "./keys-in.ts";

/**
 * Removes everything under a prefix.
 *
 * @param prefix - in braces, so that its keys are in one slot of a Cluster
 * @throws SettingsError when Redis does not answer
 */
export async function dropKeys(settings: RedisSettings, prefix: string): Promise<void> {
  await withRedis(settings, async (client) => {
    for await (const keys of keysIn(client, `${withoutMeaning(prefix)}:*`)) {
      if (keys.length > 0) await client.unlink(...keys);
    }
  });
}

/** The prefix as it is: some characters of a pattern mean others. */
function withoutMeaning(text: string): string {
  return text.replaceAll(/[[\]*?\\^]/g, "\\$&");
}
