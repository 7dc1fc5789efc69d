import { createRedisScript } from "@volley/contract";
import type { Cluster, Redis } from "ioredis";
import { joinNext } from "./join-next.ts";
import { createKnownList, type From, type KnownList } from "./known-list.ts";
import { BUCKETS, bucketKey, listKeys } from "./list-keys.ts";
import { READ_CHANGES, READ_FIELDS } from "./list-script.ts";
import type { Numbering } from "./numbering.ts";
import { nextVersion, readVersion, UnreadableListError, type Version } from "./version.ts";

/** What one process knows of the list. */
export type ListWatch = {
  /** The Redis key that says which version the list has. A script that reads it answers what {@link upTo} is told. */
  readonly head: string;
  /**
   * Reads what has changed up to a version at least. Nothing is asked of Redis where that is known.
   *
   * @param head - what stands at that key; nothing for the version that there is now
   * @throws UnreadableListError where it cannot be read
   */
  readonly upTo: (head: string | null) => Promise<void>;
  /** Who of some recipients is suppressed: their places among them. As of the version that is known. */
  readonly among: (numbers: readonly string[], from: From) => number[];
  /** How many entries there are, and what they take of this process's memory. */
  readonly size: () => { readonly entries: number; readonly bytes: number };
};

/** Versions that were held not long ago. A step that was answered a moment ago may name one of them. */
const VERSIONS_REMEMBERED = 4_096;

/** Buckets in one call: of a list of a million some 4,000 entries. */
const BUCKETS_PER_CALL = 256;

/** So often the whole list is read before a list that changes faster than it is read counts as unreadable. */
const MOST_READINGS = 5;

const scripts = { changes: createRedisScript(READ_CHANGES), fields: createRedisScript(READ_FIELDS) };

/** Where the list is. */
type WatchOptions = { readonly redis: Redis | Cluster; readonly prefix: string; readonly numbering: Numbering };

/** Watches the list. Nothing is read before the first call of `upTo`. */
export function watchList(options: WatchOptions): ListWatch {
  const { numbering } = options;
  const { head } = listKeys(options.prefix);
  let known = createKnownList();
  let held: Version | null = null;
  const passed = new Set<string>();

  const hold = (version: Version): void => {
    held = version;
    passed.add(version.head);
    for (const oldest of passed) {
      if (passed.size <= VERSIONS_REMEMBERED) break;
      passed.delete(oldest);
    }
  };

  /** @returns whether the changes since the version that is held lead to the one that there is now */
  const follow = async (): Promise<boolean> => {
    if (held === null) return false;
    const { now, changes } = await readChanges(options, held.version);
    if (changes === null) return false;
    let last = held;
    const versions = changes.map((change) => (last = nextVersion(last, change, numbering)));
    if (now.head !== last.head) return false;
    for (const [place, change] of changes.entries()) {
      known.apply(change.startsWith("+"), change.slice(1));
      hold(versions[place] ?? now);
    }
    return true;
  };

  const afresh = joinNext(async () =>
    readably(async () => {
      for (let reading = 0; reading < MOST_READINGS; reading += 1) {
        if (await follow()) return;
        const { now } = await readChanges(options, "");
        known = await readAll(options, now);
        passed.clear();
        hold(now);
      }
      throw new UnreadableListError("the suppression list changes faster than it can be read");
    }),
  );

  return {
    head,
    upTo: async (asked) => {
      if (asked !== null && passed.has(asked)) return;
      await afresh();
    },
    among: (numbers, from) => known.among(numbers, from, numbering),
    size: () => known.size(),
  };
}

async function readably<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UnreadableListError) throw error;
    throw new UnreadableListError("the suppression list cannot be read from Redis", { cause: error });
  }
}

/** What has changed since a version; `null` where it is not kept any more. @param since - nothing for the version alone */
async function readChanges(
  { redis, prefix, numbering }: WatchOptions,
  since: number | "",
): Promise<{ readonly now: Version; readonly changes: string[] | null }> {
  const { head: headKey, log } = listKeys(prefix);
  const [head, changes] = (await scripts.changes.run(redis, [headKey, log], [since])) as [string, string[] | null];
  return { now: readVersion(head, numbering, changes === null), changes };
}

/** Everybody who was in it at a version, and perhaps some of the changes since. */
async function readAll({ redis, prefix }: WatchOptions, { version }: Version): Promise<KnownList> {
  const known = createKnownList();
  const buckets = version > 0 ? BUCKETS : 0;
  for (let bucket = 0; bucket < buckets; bucket += BUCKETS_PER_CALL) {
    const count = Math.min(BUCKETS_PER_CALL, buckets - bucket);
    const keys = Array.from({ length: count }, (_, offset) => bucketKey(prefix, bucket + offset));
    for (const field of (await scripts.fields.run(redis, keys, [])) as string[]) known.apply(true, field);
  }
  return known;
}
