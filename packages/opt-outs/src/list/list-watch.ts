import { createRedisScript, type ScriptConnection } from "@volley/contract";
import { joinNext } from "./join-next.ts";
import { createKnownList, type From, type KnownList } from "./known-list.ts";
import { BUCKETS, bucketKey, listKeys } from "./list-keys.ts";
import { ANY_BUCKET, READ_CHANGES, READ_FIELDS } from "./list-script.ts";
import type { Numbering } from "../terms/numbering.ts";
import { LOST_VERSION, nextVersion, notTheList, readVersion, UnreadableListError, type Version } from "./version.ts";

/** What one process knows of the list. */
export type ListWatch = {
  /** What stands for numbers in it. */
  readonly numbering: Numbering;
  /** The Redis key that says which version the list has. A script that reads it answers what {@link upTo} is told. */
  readonly head: string;
  /**
   * Reads what has changed up to a version at least. Nothing is asked of Redis where that is known.
   *
   * @param head - what stands at that key; nothing for the version that there is now
   * @throws UnreadableListError where it cannot be read
   */
  readonly upTo: (head: string | null) => Promise<void>;
  /**
   * Who of some recipients is suppressed: their places among them. As of the version that is known.
   *
   * @param values - theirs, of `valuesOfNumbers`; asked for where anybody is on the list
   */
  readonly among: (values: () => Float64Array, from: From) => number[];
  /** How many entries there are, and what they take of this process's memory. */
  readonly size: () => { readonly entries: number; readonly bytes: number };
};

/** Versions that were held not long ago. A step that was answered a moment ago may name one of them. */
const VERSIONS_REMEMBERED = 4_096;

/** How long a version may be named after another one was held; later on Redis has gone back to it, in milliseconds. */
const NAMED_FOR_MS = 1_000;

/** Buckets in one call: of a list of a million some 4,000 entries. */
const BUCKETS_PER_CALL = 256;

/** Thousands of buckets of which is asked in one call whether they are there: Redis takes 3 ms for it. */
const THOUSANDS_LOOKED_FOR = 6;

/** So often the whole list is read before a list that changes faster than it is read counts as unreadable. */
const MOST_READINGS = 5;

const OTHER_LIST =
  "the suppression list in Redis is older than what this worker has read, or another: " +
  "import what is missing (volley suppress import), then say so (volley suppress accept-list), or restart the workers";

const scripts = {
  changes: createRedisScript(READ_CHANGES),
  fields: createRedisScript(READ_FIELDS),
  anyBucket: createRedisScript(ANY_BUCKET),
};

/** Where the list is. */
type WatchOptions = {
  readonly redis: ScriptConnection;
  readonly prefix: string;
  readonly numbering: Numbering;
  /** Milliseconds that only go forward. */
  readonly now?: () => number;
};

/** Watches the list. Nothing is read before the first call of `upTo`. */
export function watchList(options: WatchOptions): ListWatch {
  const { numbering, now = () => performance.now() } = options;
  const { head } = listKeys(options.prefix);
  let known: Pick<Whole, "list" | "acceptedMs"> = { list: createKnownList(), acceptedMs: 0 };
  let held: Version | null = null;
  /** Until when versions that were held may be named. */
  const passed = new Map<string, number>();

  const hold = (version: Version): void => {
    if (held !== null) passed.set(held.head, now() + NAMED_FOR_MS);
    held = version;
    for (const oldest of passed.keys()) {
      if (passed.size <= VERSIONS_REMEMBERED) break;
      passed.delete(oldest);
    }
  };

  /** @returns whether what is held is the version that there is now */
  const follow = async (): Promise<boolean> => {
    if (held === null) return false;
    const read = await readChanges(options, held.version);
    // A failover brings back only what was accepted before.
    if (read.acceptedMs > known.acceptedMs) return false;
    const versions = versionsAfter(held, read, numbering);
    for (const { version, change } of versions ?? []) {
      known.list.apply(change.startsWith("+"), change.slice(1));
      hold(version);
    }
    return versions !== null;
  };

  const afresh = joinNext(async () =>
    readably(async () => {
      for (let reading = 0; reading < MOST_READINGS; reading += 1) {
        if (await follow()) return;
        const whole = await readWhole(options);
        if (whole === null) continue;
        known = whole;
        held = null;
        passed.clear();
        hold(whole.now);
      }
      throw new UnreadableListError("the suppression list changes faster than it can be read");
    }),
  );

  return {
    numbering,
    head,
    upTo: async (asked) => {
      if (asked !== null && (asked === held?.head || now() < (passed.get(asked) ?? 0))) return;
      await afresh();
    },
    among: (values, from) => known.list.among(values, from, numbering),
    size: () => known.list.size(),
  };
}

/**
 * The changes since a version, each with the version that it leads to.
 *
 * @returns `null` where the whole list has to be read
 * @throws UnreadableListError where they lead elsewhere: what this process knows, Redis has lost
 */
function versionsAfter(
  held: Version,
  { now, changes }: Changes,
  numbering: Numbering,
): { readonly version: Version; readonly change: string }[] | null {
  if (now.version < held.version) throw new UnreadableListError(OTHER_LIST);
  if (changes === null) return null;
  let last = held;
  const versions = changes.map((change) => ({ change, version: (last = nextVersion(last, change, numbering)) }));
  if (now.head === last.head) return versions;
  // The first version's digest begins with the time at which it was made.
  if (held.version === 0) return null;
  throw new UnreadableListError(OTHER_LIST);
}

type Changes = { readonly now: Version; readonly acceptedMs: number; readonly changes: string[] | null };

type Whole = Pick<Changes, "now" | "acceptedMs"> & { readonly list: KnownList };

async function readably<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UnreadableListError) throw error;
    throw (
      notTheList(error) ?? new UnreadableListError("the suppression list cannot be read from Redis", { cause: error })
    );
  }
}

/** Looks whether it has a version that can be read. @throws UnreadableListError */
export async function requireVersion(options: WatchOptions): Promise<void> {
  await readably(async () => {
    const { now } = await readChanges(options, "");
    if (now.version === 0 && (await hasEntries(options))) throw new UnreadableListError(LOST_VERSION);
  });
}

/** What has changed since a version; `null` where it is not kept any more. @param since - nothing for the version alone */
export async function readChanges({ redis, prefix, numbering }: WatchOptions, since: number | ""): Promise<Changes> {
  const { head: headKey, log, accepted } = listKeys(prefix);
  const answer = await scripts.changes.run(redis, [headKey, log, accepted], [since]);
  const [head, acceptedMs, changes] = answer as [string, string, string[] | null];
  return { now: readVersion(head, numbering, changes === null), acceptedMs: Number(acceptedMs), changes };
}

/**
 * The whole list, and the version that it had before.
 *
 * @returns `null` where it has got its first version meanwhile
 * @throws UnreadableListError where somebody is in it and it has no version
 */
async function readWhole(options: WatchOptions): Promise<Whole | null> {
  const { now, acceptedMs } = await readChanges(options, "");
  if (now.version > 0) return { list: await readAll(options), now, acceptedMs };
  if (!(await hasEntries(options))) return { list: createKnownList(), now, acceptedMs };
  const { now: again } = await readChanges(options, "");
  if (again.version === 0) throw new UnreadableListError(LOST_VERSION);
  return null;
}

/** Everybody who was in it when it was begun, and perhaps some of the changes since. */
async function readAll({ redis, prefix }: WatchOptions): Promise<KnownList> {
  const known = createKnownList();
  for (let first = 0; first < BUCKETS; first += BUCKETS_PER_CALL) {
    const count = Math.min(BUCKETS_PER_CALL, BUCKETS - first);
    const keys = Array.from({ length: count }, (_, offset) => bucketKey(prefix, first + offset));
    for (const field of (await scripts.fields.run(redis, keys, [])) as string[]) known.apply(true, field);
  }
  return known;
}

/** Whether anybody is in it, whatever its version says. */
async function hasEntries({ redis, prefix }: WatchOptions): Promise<boolean> {
  const { head } = listKeys(prefix);
  for (let thousand = 0; thousand * 1_000 < BUCKETS; thousand += THOUSANDS_LOOKED_FOR) {
    if ((await scripts.anyBucket.run(redis, [head], [thousand, thousand + THOUSANDS_LOOKED_FOR])) === 1) return true;
  }
  return false;
}
