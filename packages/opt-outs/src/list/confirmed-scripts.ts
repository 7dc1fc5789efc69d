import { randomUUID } from "node:crypto";
import type { ScriptConnection } from "@volley/contract";
import { Cluster, type ChainableCommander, type Redis } from "ioredis";

/** What must not be lost in a failover, and how that is made sure of. */
type Confirmed = {
  readonly redis: Redis | Cluster;
  readonly prefix: string;
  /** How many replicas; `null` for one where there are any. */
  readonly replicas: number | null;
  /** How long they may take, in milliseconds. */
  readonly timeoutMs: number;
};

/** The script has run, and a failover may lose what it has written. */
export class UnconfirmedError extends Error {
  override readonly name = "UnconfirmedError";
  /** What the script has answered. */
  readonly answer: unknown;

  constructor(message: string, answer: unknown) {
    super(message);
    this.answer = answer;
  }
}

/** How long the key lasts that is written for the sake of WAIT, in seconds. */
const TOUCHED_S = 60;

/**
 * Runs scripts whose answer means that so many replicas have what they wrote, or what they found written.
 *
 * The script, a write and WAIT are one pipeline. ioredis sends one again as a whole where its connection goes, or not at all, so
 * that all three are of one master: after a failover the script runs where WAIT waits. WAIT counts what this connection has
 * written, and the script writes nothing where everything was known.
 *
 * They reject with an {@link UnconfirmedError} where the replicas do not have it in time.
 */
export function createConfirmedScripts({ redis, prefix, replicas, timeoutMs }: Confirmed): ScriptConnection {
  const touched = `${prefix}:suppressions:touched:${randomUUID()}`;
  let runs = 0;
  const countReplicas = replicaCounter();
  const run = async (call: (to: ChainableCommander) => ChainableCommander): Promise<unknown> => {
    const node = redis instanceof Cluster ? await masterOf(redis, touched) : redis;
    const wanted = replicas ?? (await countReplicas(node));
    const pipeline = call(node.pipeline());
    runs += 1;
    const written = String(runs);
    if (wanted > 0) pipeline.set(touched, written, "EX", TOUCHED_S).wait(wanted, timeoutMs).get(touched);
    const [script, ...more] = (await pipeline.exec()) ?? [];
    if (script === undefined || script[0] !== null) throw script?.[0] ?? new Error("redis has not run a script");
    const lost = wanted === 0 ? null : whyLost(more, wanted, written);
    if (lost !== null) throw new UnconfirmedError(lost, script[1]);
    return script[1];
  };
  return {
    evalsha: async (digest, ...more) => run((to) => to.evalsha(digest, ...more)),
    eval: async (lua, ...more) => run((to) => to.eval(lua, ...more)),
  };
}

type Answers = readonly [error: Error | null, answer: unknown][];

/** @returns `null` where it is not */
function whyLost(answers: Answers, wanted: number, written: string): string | null {
  const failed = answers.find(([error]) => error !== null)?.[0];
  if (failed) return failed.message;
  const [, found, read] = answers.map(([, answer]) => answer);
  if (Number(found) < wanted) return `of ${wanted} replicas of redis ${String(found)} have it`;
  return read === written ? null : "redis does not have it any more: it was written to another master";
}

/**
 * Counts one where there are any. A master that had one has one that is away; one that has taken over may have none.
 * Whoever may not ask how Redis is has to say how many replicas there are.
 */
function replicaCounter(): (node: Redis) => Promise<0 | 1> {
  let replicated: string | undefined;
  return async (node) => {
    try {
      const info = await node.info("replication");
      const [master, connected] = [/^master_replid:(\w+)/m, /^connected_slaves:(\d+)/m].map(
        (each) => each.exec(info)?.[1],
      );
      if (Number(connected ?? 0) > 0) replicated = master ?? "";
      return replicated !== undefined && replicated === (master ?? "") ? 1 : 0;
    } catch (error) {
      if (error instanceof Error && error.message.startsWith("NOPERM")) return 0;
      throw error;
    }
  };
}

/** The one that has the key, by the connection that scripts are sent on. */
async function masterOf(cluster: Cluster, key: string): Promise<Redis> {
  const [name] = cluster.slots[await cluster.cluster("KEYSLOT", key)] ?? [];
  const node = cluster.nodes("master").find(({ options }) => `${options.host}:${options.port}` === name);
  if (node === undefined) throw new Error("no master of the redis cluster is known for the suppression list");
  return node;
}
