export { freePort } from "./redis/free-port.ts";
export { installRedis } from "./install/install-redis.ts";
export { LocalRedisError } from "./redis/local-redis-error.ts";
export type { LocalRedis } from "./redis/local-redis.ts";
export { installPackage } from "./install/package-manager.ts";
export { startRedis, type StartRedisOptions } from "./start/start-redis.ts";
export { serverOnPath } from "./server/server-on-path.ts";
