import type { LocalRedis } from "@volley/local-redis";
import { CliError } from "../exit/cli-error.ts";

/** How often it is looked whether a Redis that was started here still runs, in milliseconds. */
const LOOK_MS = 500;

/** Says so when a Redis that was started here ends by itself. One that was given is somebody else's, and so is a container. */
export function watchRedis(
  redis: Pick<LocalRedis, "pid" | "how">,
  say: (sentence: string) => void,
): { readonly lost: AbortSignal; readonly stop: () => void } {
  const lost = new AbortController();
  const timer = setInterval(() => {
    if (redis.pid !== null) return;
    clearInterval(timer);
    const sentence = `Redis has ended by itself: ${redis.how}`;
    say(sentence);
    lost.abort(new CliError(sentence));
  }, LOOK_MS).unref();
  if (redis.pid === null) clearInterval(timer);
  return { lost: lost.signal, stop: () => clearInterval(timer) };
}
