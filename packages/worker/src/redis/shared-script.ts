import { createRedisScript, type RedisScript } from "@volley/contract";
import type { Cluster, Redis } from "ioredis";

/** What one caller gives a script: as many keys and values as every other. */
type Call = { readonly keys: readonly string[]; readonly values: readonly (string | number)[] };

type Waiting = Call & { readonly resolve: (answer: unknown) => void; readonly reject: (error: unknown) => void };

/** Runs one call. @returns the script's answer to it */
export type SharedScript = (call: Call) => Promise<unknown>;

type SharedOptions = { readonly mostCalls?: number; readonly shared?: Call };

type Running = { readonly redis: Redis | Cluster; readonly script: RedisScript; readonly shared: Call };

/** Calls in one command: so many small ones keep Redis busy for less than a millisecond. */
const MOST_CALLS = 64;

/** Characters of the values in one command, where it is not a single call that has more. */
const MOST_CHARACTERS = 1_000_000;

/**
 * A script whose calls of the same moment travel to Redis in one command.
 *
 * Where a send has one recipient, what a worker does between picking it up and completing it is two calls to Redis, and
 * each costs as much as a quarter of an HTTP request: the command, a write to the socket, a promise. A busy worker makes
 * several of them in one turn of its event loop, and those go together; a worker that is not busy waits for nothing.
 *
 * @param lua - answers a list with one entry per call, from the keys and values of all calls one after the other
 * @param options.mostCalls - in one command; fewer where a single answer may be large. @default 64
 * @param options.shared - keys and values that all calls have in common; they come behind those of the calls
 */
export function createSharedScript(
  redis: Redis | Cluster,
  lua: string,
  { mostCalls = MOST_CALLS, shared = { keys: [], values: [] } }: SharedOptions = {},
): SharedScript {
  const script = createRedisScript(lua);
  let waiting: Waiting[] = [];
  const flush = (): void => {
    const calls = waiting;
    waiting = [];
    for (const together of commandsOf(calls, mostCalls)) void answer({ redis, script, shared }, together);
  };
  return async ({ keys, values }) =>
    new Promise((resolve, reject) => {
      if (waiting.length === 0) setImmediate(flush);
      waiting.push({ keys, values, resolve, reject });
    });
}

/** The calls by the command in which they travel, in their order. */
function commandsOf(calls: readonly Waiting[], mostCalls: number): Waiting[][] {
  const commands: Waiting[][] = [];
  let command: Waiting[] = [];
  let characters = 0;
  for (const call of calls) {
    const added = call.values.reduce<number>((sum, value) => sum + String(value).length, 0);
    if (command.length > 0 && (command.length === mostCalls || characters + added > MOST_CHARACTERS)) {
      commands.push(command);
      command = [];
      characters = 0;
    }
    command.push(call);
    characters += added;
  }
  if (command.length > 0) commands.push(command);
  return commands;
}

/** It never rejects: every caller hears what became of the command. */
async function answer({ redis, script, shared }: Running, calls: readonly Waiting[]): Promise<void> {
  try {
    const keys = [...calls.flatMap((call) => call.keys), ...shared.keys];
    const values = [...calls.flatMap((call) => call.values), ...shared.values];
    const answers = await script.run(redis, keys, values);
    if (!Array.isArray(answers) || answers.length !== calls.length)
      throw new Error("a script has left calls unanswered");
    for (const [index, { resolve }] of calls.entries()) resolve(answers[index]);
  } catch (error) {
    for (const { reject } of calls) reject(error);
  }
}
