import { createProducer, type Producer } from "@volley/producer";

/** It is never connected to: without a region a check asks nobody. */
const NO_REDIS = "redis://127.0.0.1:6379";

/** Works with a producer that only looks at sends. */
export async function checkWithoutRedis<T>(check: (producer: Pick<Producer, "check">) => Promise<T>): Promise<T> {
  const producer = createProducer({ redis: NO_REDIS });
  try {
    return await check(producer);
  } finally {
    await producer.close();
  }
}
