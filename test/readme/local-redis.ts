import { startRedis } from "@volley/local-redis";

export async function aRedisForAWhile(): Promise<void> {
  const redis = await startRedis({ prefer: "server", say: console.log });
  console.log(redis.how); // redis-server 7.0.15 from /usr/bin on port 41233
  await redis.stop();
}
