import { randomUUID } from "node:crypto";
import { EventEmitter, once } from "node:events";
import type { Cluster, Redis } from "ioredis";
import { BEAT, CONFESS, LEAVE } from "./crew-scripts.ts";
import { createSharedScript } from "./shared-script.ts";
import { createWriteMemory } from "./write-memory.ts";

/**
 * The processes that hand over batches, each with the number of its last write that Redis has answered.
 *
 * A Redis that has lost its last writes has lost the last of them, in their order. So where every process finds its own last
 * write there, nothing of any of them is lost; and one that does not find it knows itself which jobs it has handed over
 * since. What nobody can say, since a process is gone, counts as forgotten.
 *
 * That holds only where no process is missing in what Redis still knows. So nobody hands over anything before a member of the crew
 * has written after the newcomer had come: either Redis knows the newcomer, or that member misses its own last write, and
 * names whoever it knew.
 */
export type Crew = {
  /** This process's name in it. */
  readonly me: string;
  /** The number of the last write of this process that Redis has answered. */
  readonly written: () => number;
  /** Waits until this process belongs to it. */
  readonly admitted: () => Promise<void>;
  /** Redis says that this process does not belong to it, after a silence for example. */
  readonly expelled: () => void;
  /** A batch of these jobs may be handed over, by that write: the part, and its send. */
  readonly wrote: (write: number, jobs: readonly string[]) => void;
  /** Shows that this process is alive. */
  readonly beat: () => Promise<void>;
  /** Says which jobs may have been handed over whose traces are lost, because Redis knows no later write than `known`. */
  readonly confess: (identity: string, known: number) => Promise<void>;
  /** Nothing is handed over any more. */
  readonly leave: () => Promise<void>;
};

type CrewKeys = Readonly<
  Record<"known" | "crew" | "seen" | "joined" | "writes" | "asked" | "vouched" | "lost", string>
>;

/** Where the crew stands in Redis. @param prefix - BullMQ's, whose hash tag keeps all of them on one node of a Cluster */
export function crewKeys(prefix: string): CrewKeys {
  return {
    known: `${prefix}:redis`,
    crew: `${prefix}:crew`,
    seen: `${prefix}:crew:seen`,
    joined: `${prefix}:crew:joined`,
    writes: `${prefix}:crew:writes`,
    asked: `${prefix}:crew:asked`,
    vouched: `${prefix}:crew:vouched`,
    lost: `${prefix}:crew:lost`,
  };
}

/** The crew as one process sees it. */
export function createCrew(redis: Redis | Cluster, prefix: string, me: string = randomUUID()): Crew {
  const { known, crew, seen, joined, writes, asked, vouched, lost } = crewKeys(prefix);
  const beat = createSharedScript(redis, BEAT);
  const confess = createSharedScript(redis, CONFESS);
  const memory = createWriteMemory();
  let admission = createGate();
  const expelled = (): void => {
    if (admission.isOpen()) admission = createGate();
  };
  return {
    me,
    written: memory.written,
    admitted: async () => {
      await admission.opened;
    },
    expelled,
    wrote: memory.wrote,
    beat: async () => {
      const answer = await beat({ keys: [known, crew, seen, joined, writes], values: [me] });
      if (!Array.isArray(answer)) return;
      const [write, isMember, names] = answer as [number, number, string[]];
      memory.met(write, names);
      if (isMember === 1) admission.open();
      else expelled();
    },
    confess: async (identity, stored) => {
      const { members, jobs } = memory.since(stored);
      const values = [
        identity,
        me,
        memory.written(),
        JSON.stringify(members),
        jobs === null ? "" : JSON.stringify(jobs),
      ];
      await confess({ keys: [known, asked, vouched, writes, lost], values });
    },
    leave: async () => {
      await redis.eval(LEAVE, 4, crew, seen, joined, writes, me);
    },
  };
}

type Gate = { readonly isOpen: () => boolean; readonly opened: Promise<unknown>; readonly open: () => void };

function createGate(): Gate {
  let isOpen = false;
  const events = new EventEmitter();
  return {
    isOpen: () => isOpen,
    opened: once(events, "open"),
    open: () => {
      isOpen = true;
      events.emit("open");
    },
  };
}
