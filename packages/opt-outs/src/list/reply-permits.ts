import { createRedisScript, valuesOfNumbers } from "@volley/contract";
import type { Cluster, Redis } from "ioredis";
import { repliedKey } from "./list-keys.ts";
import type { Numbering } from "../terms/numbering.ts";

/** A reply to somebody, told from every other send. */
export type Reply = {
  readonly recipient: string;
  readonly sendId: string;
  /** Of everything that it brings to the phone. */
  readonly digest: string;
  readonly expireAt: Date;
};

/**
 * Which replies may go, and pass the list. A permit stands in Redis beside the list, and nothing of it in the send: whoever
 * enqueues a send cannot give it one.
 */
export type ReplyPermits = {
  /**
   * Permits a reply, once for what it answers. Asked again it says the same.
   *
   * @param answers - what it answers: there is one reply to each
   * @param passes - whether the reply passes the list
   * @returns `false` where another reply was permitted to that, or as many as may be within a day
   */
  readonly grant: (reply: Reply, answers: string, passes: boolean) => Promise<boolean>;
  /** Whether a send passes the list: it is a reply that does, as it was permitted, and ends no later. */
  readonly passes: (reply: Reply) => Promise<boolean>;
};

/** Two machines that answer each other end here: so many replies to one person within a day of the first. */
const MOST_REPLIES = 5;

const DAY_S = 24 * 60 * 60;

/** Key: the replies. Values: what is answered, by what, how many may be, for how many seconds. */
const GRANT = createRedisScript(`
local granted = redis.call("HGET", KEYS[1], ARGV[1])
if granted then return granted == ARGV[2] and 1 or 0 end
local count = redis.call("HLEN", KEYS[1])
if count >= tonumber(ARGV[3]) then return 0 end
redis.call("HSET", KEYS[1], ARGV[1], ARGV[2])
if count == 0 then redis.call("EXPIRE", KEYS[1], ARGV[4]) end
return 1`);

/** Where the list is. */
type PermitOptions = { readonly redis: Redis | Cluster; readonly prefix: string; readonly numbering: Numbering };

/** @param options - as those of the list */
export function createReplyPermits({ redis, prefix, numbering }: PermitOptions): ReplyPermits {
  const keyOf = ({ recipient }: Reply): string =>
    repliedKey(prefix, numbering.tokensOf(valuesOfNumbers([recipient]))[0] ?? Number.NaN);
  return {
    grant: async (reply, answers, passes) => {
      const value = `${passes ? "passes" : "listed"} ${named(reply)} ${reply.expireAt.getTime()}`;
      return (await GRANT.run(redis, [keyOf(reply)], [answers, value, MOST_REPLIES, DAY_S])) === 1;
    },
    passes: async (reply) => {
      const start = `passes ${named(reply)} `;
      const granted = await redis.hvals(keyOf(reply));
      return granted.some(
        (value) => value.startsWith(start) && reply.expireAt <= new Date(Number(value.slice(start.length))),
      );
    },
  };
}

function named({ sendId, digest }: Reply): string {
  return `${sendId} ${digest}`;
}
