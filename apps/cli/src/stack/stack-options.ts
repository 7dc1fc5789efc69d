import type { Command } from "commander";
import type { StackOptions } from "./start-stack.ts";

/** What is said about a stack. */
export type StackFlags = { readonly sharedRedis: boolean };

/** Adds what is the same for every stack. */
export function addStackOptions(command: Command): Command {
  return command.option(
    "--shared-redis",
    "use the Redis of REDIS_URL though it is on another machine or holds other queues, under a prefix of its own",
    false,
  );
}

/** A stack as the flags and the settings want it. @param context - with where a command writes to */
export function stackOf(context: Context, { sharedRedis }: StackFlags): Omit<StackOptions, Own> {
  const { environment, directory, redisUrl, boardUser, boardPassword, signal, output } = context;
  const say = (sentence: string): void => void output.write(`${sentence}\n`);
  return { environment, directory, redisUrl, boardUser, boardPassword, signal, say, sharedRedis };
}

/** Each command's own. */
type Own = "prefix" | "keepsKeys" | "regions" | "ports" | "isForWork";

type Context = Omit<StackOptions, Own | "say" | "sharedRedis"> & {
  readonly output: { write: (text: string) => unknown };
};
