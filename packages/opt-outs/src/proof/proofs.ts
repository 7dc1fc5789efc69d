import { createRedisScript } from "@volley/contract";
import type { Cluster, Redis } from "ioredis";
import { HEARD_KEPT, type KeptRow, NOTE_ACKNOWLEDGED, readHeard } from "./heard.ts";
import { markKey, PROOF_S, proofKeys, type ProofPlace } from "./proof-keys.ts";
import { type LeftOut, readWithheld, WITHHELD_LUA, withheldCall } from "./withheld.ts";

/** What was on its way to somebody when they opted out. */
export type LateBatch = {
  /** Its `client_reference`: by this it is known whether it was noted before. */
  readonly reference: string;
  readonly region: string;
  /** Whom it is from, as far as it is known. */
  readonly sender?: string | null;
  /** `null` where it is not known. */
  readonly sendId: string | null;
  /** The provider's; `null` where it is not known. */
  readonly batchId: string | null;
  /** When it was handed over to the provider; `null` where it is not known. */
  readonly handedOverAt: Date | null;
  /** When the provider is to send it; `null`: at once. */
  readonly sendAt: Date | null;
};

/** What became of it: they may have got it, or they were taken out there before it was sent. */
type LateEnd = "too_late" | "taken_out";

/** A late batch as it was noted. */
type NotedBatch = LateBatch & {
  readonly became: LateEnd;
  /** In a few words, such as a code of the provider. */
  readonly why: string;
  /** When it was noted. */
  readonly at: Date;
};

/** All that is kept about one person. */
export type KeptProof = {
  /** The first one first. */
  readonly heard: readonly KeptRow[];
  /** Whether earlier ones may have been dropped. */
  readonly isHeardCut: boolean;
  readonly withheld: {
    readonly total: number;
    readonly firstAt: Date;
    /** The last ones, the last first. */
    readonly last: readonly {
      /** `null` where it is not known any more which it was. */
      readonly region: string | null;
      readonly sendId: string | null;
      readonly part: number | null;
      readonly at: Date;
    }[];
  } | null;
  readonly late: readonly NotedBatch[];
  /** Whether more batches were late, or may have been, than are kept. */
  readonly isLateCut: boolean;
};

/** The proofs of what was heard, withheld, and too late. */
export type Proofs = {
  /** Notes that some people were left out; the worker does so in the step that writes it down. Once more changes nothing. */
  readonly noteWithheld: (leftOut: Omit<LeftOut, "keepS">) => Promise<void>;
  /** Notes that somebody may get a batch though they have opted out. Once more changes nothing, nor where they were taken out. */
  readonly noteTooLate: (number: string, batch: LateBatch, why: string) => Promise<void>;
  /** Notes that somebody may get other batches, too, which are not known. */
  readonly noteLateCut: (number: string) => Promise<void>;
  /** Notes that somebody was taken out of a batch that was at the provider. */
  readonly noteTakenOut: (number: string, batch: LateBatch, why: string) => Promise<void>;
  /** Notes that the provider was told that a message or report is written down. Once more changes nothing. */
  readonly noteAcknowledged: (number: string, id: string) => Promise<void>;
  readonly read: (number: string) => Promise<KeptProof>;
};

/** So many late batches are kept of a person. */
const LATE_KEPT = 100;

/** The field that counts those that are not, and how often it was not known which there were. */
const DROPPED = "";

/** Keys: of the late ones. Values: the reference, the batch, "1" where it may be written over, how long it is kept in seconds. */
const NOTE_LATE = createRedisScript(`
local known = redis.call("HEXISTS", KEYS[1], ARGV[1]) == 1
if known and ARGV[3] ~= "1" then return 0 end
if not known and redis.call("HLEN", KEYS[1]) >= ${LATE_KEPT} then
  redis.call("HINCRBY", KEYS[1], "${DROPPED}", 1)
else
  redis.call("HSET", KEYS[1], ARGV[1], ARGV[2])
end
redis.call("EXPIRE", KEYS[1], ARGV[4])
return 1`);

const NOTE_CUT = createRedisScript(`
redis.call("HINCRBY", KEYS[1], "${DROPPED}", 1)
return redis.call("EXPIRE", KEYS[1], ARGV[1])`);

const ACKNOWLEDGE = createRedisScript(NOTE_ACKNOWLEDGED);

const NOTE_WITHHELD = createRedisScript(`${WITHHELD_LUA}
note_withheld(KEYS, ARGV)
return 1`);

/**
 * Opens the proofs. Nothing is asked of Redis before the first call.
 *
 * @param options - `keepS`: how long something is kept after it was noted last, in seconds. @default four years
 */
export function openProofs(options: ProofPlace & { readonly redis: Redis | Cluster; readonly keepS?: number }): Proofs {
  const { redis, prefix, keepS = PROOF_S } = options;
  const noteLate = async (number: string, batch: LateBatch, became: LateEnd, why: string): Promise<void> => {
    const { reference } = batch;
    const noted = JSON.stringify({ ...batch, became, why, at: new Date() } satisfies NotedBatch);
    const values = [reference, noted, became === "taken_out" ? 1 : 0, keepS];
    await NOTE_LATE.run(redis, [proofKeys(options, number).late], values);
  };
  return {
    noteWithheld: async (leftOut) => {
      const { keys, values } = withheldCall(options, { ...leftOut, keepS });
      await NOTE_WITHHELD.run(redis, keys, values);
    },
    noteTooLate: async (number, batch, why) => noteLate(number, batch, "too_late", why),
    noteLateCut: async (number) => {
      await NOTE_CUT.run(redis, [proofKeys(options, number).late], [keepS]);
    },
    noteTakenOut: async (number, batch, why) => noteLate(number, batch, "taken_out", why),
    noteAcknowledged: async (number, id) => {
      await ACKNOWLEDGE.run(redis, [proofKeys(options, number).heard], [id, keepS]);
    },
    read: async (number) => {
      const keys = proofKeys(options, number);
      const { hidden } = options.numbering;
      const [own, hiddenRows, withheld, late] = await Promise.all([
        redis.lrange(keys.heard, 0, -1),
        hidden === null ? [] : redis.lrange(proofKeys({ prefix, numbering: hidden }, number).heard, 0, -1),
        redis.get(keys.withheld),
        redis.hgetall(keys.late),
      ]);
      // What was removed that stood there as a hash is noted under that.
      const rows = [...own, ...hiddenRows];
      const { [DROPPED]: dropped, ...batches } = late;
      return {
        heard: readHeard(rows),
        isHeardCut: rows.length >= HEARD_KEPT,
        withheld: withheld === null ? null : await withSends(redis, prefix, readWithheld(withheld)),
        late: Object.values(batches).map(readNoted).toSorted(byTime),
        isLateCut: dropped !== undefined,
      };
    },
  };
}

async function withSends(
  redis: Redis | Cluster,
  prefix: string,
  { last, ...rest }: ReturnType<typeof readWithheld>,
): Promise<KeptProof["withheld"]> {
  const sends = await Promise.all(last.map(async ({ mark }) => redis.get(markKey(prefix, mark))));
  return {
    ...rest,
    last: last.map(({ part, at }, place) => {
      const [region = null, sendId = null] = JSON.parse(sends[place] ?? "[]") as string[];
      return { region, sendId, part, at };
    }),
  };
}

type Written<T> = {
  readonly [K in keyof T]: T[K] extends Date ? string : T[K] extends Date | null ? string | null : T[K];
};

function readNoted(text: string): NotedBatch {
  const { handedOverAt, sendAt, at, ...rest } = JSON.parse(text) as Written<NotedBatch>;
  return {
    ...rest,
    handedOverAt: handedOverAt === null ? null : new Date(handedOverAt),
    sendAt: sendAt === null ? null : new Date(sendAt),
    at: new Date(at),
  };
}

function byTime(one: NotedBatch, other: NotedBatch): number {
  return one.at.getTime() - other.at.getTime();
}
