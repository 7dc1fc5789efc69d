import type { RedisNode, RedisSettings } from "./redis-settings.ts";

/**
 * Where Redis is, for logs and messages: never a user or a password.
 *
 * @returns for example `redis://127.0.0.1:6379/0` or `sentinel volley at one:26379, two:26379`
 */
export function describeRedis(settings: RedisSettings): string {
  switch (settings.mode) {
    case "single":
      return `${settings.tls ? "rediss" : "redis"}://${describeNode(settings)}/${settings.database}`;
    case "cluster":
      return `cluster ${settings.nodes.map(describeNode).join(", ")}`;
    case "sentinel":
      return `sentinel ${settings.masterName} at ${settings.sentinels.map(describeNode).join(", ")}`;
    default:
      return settings satisfies never;
  }
}

function describeNode({ host, port }: RedisNode): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
