export { freePort } from "./free-port.ts";
export { installRedis } from "./install-redis.ts";
export { LocalRedisError } from "./local-redis-error.ts";
export type { LocalRedis } from "./local-redis.ts";
export { installPackage } from "./package-manager.ts";
export { startRedis, type StartRedisOptions } from "./start-redis.ts";
export { serverOnPath } from "./server-on-path.ts";
