export { LocalRedisError } from "./local-redis-error.ts";
export type { LocalRedis } from "./local-redis.ts";
export { installPackage } from "./package-manager.ts";
export { startRedis, type StartRedisOptions } from "./start-redis.ts";
