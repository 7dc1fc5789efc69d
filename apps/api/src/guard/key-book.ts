import { authenticate, type Authenticated, type KeyRecord, readKey } from "@volley/keys";

/** What is known of all keys, read anew again and again: a request costs Redis no call, one with a wrong key neither. */
export type KeyBook = {
  /**
   * Whose key it is.
   *
   * @throws whatever reading them throws: nobody is told that a key is wrong because Redis is away
   */
  readonly look: (text: string) => Promise<Authenticated>;
};

/** For how long what was read holds, in milliseconds: so long a key that was revoked goes on. */
const FRESH_MS = 2_000;

/** A key that is not there may be a new one: keys are read for it anew, so often and no oftener, in milliseconds. */
const AGAIN_MS = 100;

/** @param read - reads all records; there are 1,000 at most */
export function createKeyBook(read: () => Promise<readonly KeyRecord[]>): KeyBook {
  let records = new Map<string, KeyRecord>();
  let readAt = -Infinity;
  let reading: Promise<void> | null = null;
  const readNow = async (): Promise<void> => {
    await pause(readAt + AGAIN_MS - performance.now());
    const startedAt = performance.now();
    const found = await read();
    records = new Map(found.map((record) => [record.id, record]));
    readAt = startedAt;
  };
  /** Waits until they were read at some moment or later. A reading that began before it may have missed a new key. */
  const since = async (moment: number): Promise<void> => {
    if (readAt >= moment) return;
    reading ??= readNow().finally(() => (reading = null));
    await reading;
    await since(moment);
  };
  return {
    look: async (text) => {
      const presented = readKey(text);
      if (presented === null) return { ok: false, reason: "unknown" };
      const now = performance.now();
      await since(now - FRESH_MS);
      const found = authenticate(records.get(presented.id), presented, new Date());
      if (found.ok || found.reason !== "unknown") return found;
      await since(now);
      return authenticate(records.get(presented.id), presented, new Date());
    },
  };
}

async function pause(ms: number): Promise<void> {
  if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
}
