import type { Command } from "ioredis";
import type { RedisClient } from "./redis-client.ts";

/** A command that was not even queued, because too many wait for Redis already. */
class RedisAwayError extends Error {
  readonly code = "VOLLEY_REDIS_AWAY";

  constructor(most: number) {
    super(`Redis is away, and ${most.toLocaleString("en")} commands wait for it already`);
    this.name = "RedisAwayError";
  }
}

/** While a connection is made, ioredis itself sends what belongs to that: it must never be refused. */
const AT_WORK: ReadonlySet<string> = new Set(["ready", "connect"]);

/**
 * Lets no more than so many commands wait while Redis is away; ioredis would keep any number, and send all of them at once
 * when it is back. One more is refused with a {@link RedisAwayError}.
 */
export function boundOfflineQueue(client: RedisClient, most: number): void {
  const send: (...input: never[]) => unknown = client.sendCommand;
  let waiting = 0;
  const leave = (): void => void (waiting -= 1);
  const sendCommand = (command: Command, ...rest: unknown[]): unknown => {
    if (!AT_WORK.has(client.status)) {
      if (waiting >= most) {
        command.reject(new RedisAwayError(most));
        return command.promise;
      }
      waiting += 1;
      command.promise.then(leave, leave);
    }
    return Reflect.apply(send, client, [command, ...rest]);
  };
  Object.assign(client, { sendCommand });
}
