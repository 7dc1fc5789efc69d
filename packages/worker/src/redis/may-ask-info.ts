import type { Cluster, Redis } from "ioredis";

/**
 * Whether we may ask Redis what it is. BullMQ asks for the version, and its queues never get ready where its ACL forbids
 * that, unless they are told not to: then they use the commands that every version has.
 */
export async function mayAskInfo(redis: Pick<Redis | Cluster, "info">): Promise<boolean> {
  try {
    await redis.info("server");
    return true;
  } catch (error) {
    if (error instanceof Error && error.message.startsWith("NOPERM")) return false;
    throw error;
  }
}
