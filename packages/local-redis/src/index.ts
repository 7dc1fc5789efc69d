export { LocalRedisError } from "./local-redis-error.ts";
export type { LocalRedis } from "./local-redis.ts";
export { startRedis, type StartRedisOptions } from "./start-redis.ts";
