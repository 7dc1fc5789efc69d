import { randomUUID } from "node:crypto";
import { readPiece, stageKey, type StagedPiece } from "@volley/contract";
import { createInFlight } from "./in-flight.ts";
import { ProducerError } from "../terms/producer-error.ts";
import type { QueueAccess } from "../redis/queue-access.ts";
import { pushFields } from "../redis/push-fields.ts";

/** A list of recipients on its way into Redis, in pieces. Nobody sends anything of it before a job points at it. */
export type Stage = {
  readonly id: string;
  readonly key: string;
  readonly pieces: () => number;
  /** Pushes a piece, with others of its kind; a failure comes to light in {@link Stage.room} or {@link Stage.settled}. */
  readonly push: (piece: string) => void;
  /** Waits until another piece may be pushed. */
  readonly room: () => Promise<void>;
  /** Waits until every piece is in Redis. */
  readonly settled: () => Promise<void>;
  /** Every piece, one after the other, from Redis. */
  readonly readBack: () => AsyncIterable<StagedPiece>;
  /** Removes it as well as it can, unless a send has it by now; what cannot be removed expires. */
  readonly discard: () => Promise<void>;
};

/** Pieces that are read back in one call. */
const READ_AT_ONCE = 4;

/** Pieces that are pushed in one call: a call costs the producer as much as what is in a piece. */
const PUSHED_AT_ONCE = 4;

/** Characters that are pushed in one call, at the least one piece. */
const CHARACTERS_AT_ONCE = 256 * 1_024;

/**
 * A stage that a send has lives for much longer than one that is not finished, and that is how the two are told apart: whoever
 * discards one may not have heard that its send was added.
 *
 * Keys: the stage. Arguments: how long an unfinished one lives.
 */
const DISCARD = `if redis.call("PTTL", KEYS[1]) <= tonumber(ARGV[1]) then redis.call("UNLINK", KEYS[1]) end`;

/**
 * Begins a stage. Its name is random: two calls with the same key never write into the same one.
 *
 * @param ttlMs - how long it lives after its last piece was pushed, unless it is kept
 */
export function createStage({ link, prefix }: QueueAccess, ttlMs: number): Stage {
  const id = randomUUID();
  const key = stageKey(prefix, id);
  const { connection } = link;
  const inFlight = createInFlight();
  let pieces = 0;
  let waiting: (number | string)[] = [];
  let waitingCharacters = 0;
  const flush = (): void => {
    if (waiting.length === 0) return;
    const fields = waiting;
    inFlight.start(async () => pushFields(link, key, ttlMs, fields), waitingCharacters);
    waiting = [];
    waitingCharacters = 0;
  };
  const settled = async (): Promise<void> => {
    flush();
    return inFlight.settled();
  };
  return {
    id,
    key,
    pieces: () => pieces,
    push: (piece) => {
      waiting.push(pieces, piece);
      waitingCharacters += piece.length;
      pieces += 1;
      if (waiting.length >= 2 * PUSHED_AT_ONCE || waitingCharacters >= CHARACTERS_AT_ONCE) flush();
    },
    room: inFlight.room,
    settled,
    async *readBack() {
      await settled();
      for (let first = 0; first < pieces; first += READ_AT_ONCE) {
        const fields = fieldsOf(first, Math.min(first + READ_AT_ONCE, pieces));
        const texts = await link.run(async () => connection.hmget(key, ...fields));
        for (const text of texts) yield pieceOf(text);
        // The answer stays reachable for as long as its command does (see push-fields.ts).
        texts.length = 0;
      }
    },
    discard: async () => {
      // A piece that comes after the removal would bring the stage back to life, for as long as it lives by itself.
      waiting = [];
      await inFlight.settled().catch(() => {});
      await link.run(async () => connection.eval(DISCARD, 1, key, ttlMs)).catch(() => {});
    },
  };
}

/** What is said when Redis has lost pieces, by a restart or a failover. */
export function forgotten(): ProducerError {
  const message =
    "Redis has forgotten a part of the recipients; nothing was enqueued, and the same call may be made again";
  return new ProducerError("VOLLEY_REDIS_UNAVAILABLE", message);
}

function fieldsOf(first: number, end: number): string[] {
  return Array.from({ length: end - first }, (_, index) => String(first + index));
}

function pieceOf(text: string | null): StagedPiece {
  const piece = text === null ? null : readPiece(text);
  if (piece === null) throw forgotten();
  return piece;
}
