import { createIORedisClient, type IRedisClient, type IRedisTransaction } from "bullmq";
import type { RedisLink, StillWanted } from "../redis/redis-link.ts";

/** How far an addition is, or several of sends that are one to their caller. */
export type AdditionState = {
  /** A send may be on its queue: it is, or nobody has heard whether it is. */
  isHandedOver: boolean;
};

/** Commands that are one addition, which is done whole or not at all, whatever becomes of others in its transaction. */
export type Steps = {
  /** Puts {@link STEPS} commands into a transaction. */
  readonly append: (transaction: IRedisTransaction) => Promise<void>;
  /** How many recipients travel in it. */
  readonly size: number;
  readonly stillWanted: StillWanted;
  readonly state: AdditionState;
  /** Whether an answer says that the send is on its queue. */
  readonly isDone: (answers: Answers) => boolean;
};

/** What Redis has answered to each command; nothing where it has discarded the transaction. */
export type Answers = readonly (readonly [error: Error | null, answer: unknown])[];

/** How many commands an addition has. */
const STEPS = 5;

/** So many additions of one transaction keep Redis from others for a few milliseconds. */
const MOST_TOGETHER = 50;

/** So many recipients, unless it is one addition. */
const MOST_RECIPIENTS = 2_000;

type Waiting = Steps & {
  readonly resolve: (answers: Answers) => void;
  readonly reject: (error: unknown) => void;
};

const waiting = new WeakMap<RedisLink, Waiting[]>();

/**
 * Runs an addition, together with others that come in the same turn of the event loop: a transaction costs far more than the
 * commands in it.
 */
export async function runTogether(link: RedisLink, steps: Steps): Promise<Answers> {
  return new Promise((resolve, reject) => {
    const others = waiting.get(link);
    const one = { ...steps, resolve, reject };
    if (others) return void others.push(one);
    waiting.set(link, [one]);
    setImmediate(() => {
      const all = waiting.get(link) ?? [];
      waiting.delete(link);
      for (const some of groupsOf(all)) void run(link, some);
    });
  });
}

function groupsOf(all: readonly Waiting[]): Waiting[][] {
  const groups: Waiting[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const one of all) {
    const last = groups.at(-1);
    size += one.size;
    if (last && last.length < MOST_TOGETHER && size <= MOST_RECIPIENTS) last.push(one);
    else {
      groups.push([one]);
      size = one.size;
    }
  }
  return groups;
}

async function run(link: RedisLink, group: readonly Waiting[]): Promise<void> {
  const wanted = await stillWantedOf(group);
  if (wanted.length === 0) return;
  const before = wanted.map(({ state }) => state.isHandedOver);
  const undo = (): void => wanted.forEach(({ state }, index) => (state.isHandedOver = before[index] ?? true));
  let isSent = false;
  try {
    const client: IRedisClient = createIORedisClient(link.connection);
    const transaction = client.multi();
    for (const { append } of wanted) await append(transaction);
    isSent = true;
    for (const { state } of wanted) state.isHandedOver = true;
    const answers = ((await transaction.exec()) ?? []) as Answers;
    undo();
    wanted.forEach(({ state, isDone, resolve }, index) => {
      const own = answers.slice(index * STEPS, (index + 1) * STEPS);
      if (isDone(own)) state.isHandedOver = true;
      resolve(own);
    });
  } catch (error) {
    const refused = refusalIn(error);
    if (refused !== undefined) undo();
    // What is wrong with one of them is no matter of the others, and nothing was done.
    if ((refused !== undefined || !isSent) && wanted.length > 1)
      await Promise.all(wanted.map(async (one) => run(link, [one])));
    else for (const { reject } of wanted) reject(refused ?? error);
  }
}

/** Those of a group whose callers still wait. */
async function stillWantedOf(group: readonly Waiting[]): Promise<Waiting[]> {
  const looked = await Promise.all(
    group.map(async (one) => {
      try {
        await one.stillWanted();
        return one;
      } catch (error) {
        one.reject(error);
        return null;
      }
    }),
  );
  return looked.filter((one) => one !== null);
}

/** ioredis puts aside what Redis said to the commands of a transaction that it then discarded. */
function refusalIn(error: unknown): unknown {
  const earlier: unknown = Reflect.get(Object(error), "previousErrors");
  return Array.isArray(earlier) ? earlier[0] : undefined;
}
