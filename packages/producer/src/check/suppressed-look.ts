import { isUnknownScript, type ScriptConnection, valuesOfNumbers } from "@volley/contract";
import { type Numbering, UnreadableListError, watchList } from "@volley/opt-outs";
import type { CheckWarning } from "./check-report.ts";
import type { QueueAccess } from "../redis/queue-access.ts";
import type { RedisLink } from "../redis/redis-link.ts";

/** Looks who of some recipients is on the suppression list: their places among them. */
export type SuppressedLook = (recipients: readonly string[]) => readonly number[];

/** What reading the list has come to: nobody can look where it cannot be read, which is a warning. */
export type SuppressedRead = { readonly look: SuppressedLook | null; readonly warnings: readonly CheckWarning[] };

/** Who sends: the region, and the sender where it is not the provider that chooses it. */
type From = { readonly region: string; readonly sender: string | undefined };

/** What the list is read from. */
type ListAccess = Pick<QueueAccess, "link" | "prefix"> & { readonly numbering: Numbering };

/**
 * Reads the suppression list as it is now, to look as a worker does. A list of a million takes some 260 calls, each of which
 * ends in time. That it cannot be read is a warning: a check needs no Redis.
 */
export async function lookForSuppressed({ link, prefix, numbering }: ListAccess, from: From): Promise<SuppressedRead> {
  const watch = watchList({ redis: inTime(link), prefix, numbering });
  try {
    await watch.upTo(null);
  } catch (error) {
    if (!(error instanceof UnreadableListError)) throw error;
    const message = `nobody knows who is on the suppression list: ${error.message}`;
    return { look: null, warnings: [{ code: "VOLLEY_SUPPRESSED_UNKNOWN", message }] };
  }
  return { look: (recipients) => watch.among(() => valuesOfNumbers(recipients), from), warnings: [] };
}

/** Each call has a deadline of its own. */
function inTime(link: RedisLink): ScriptConnection {
  const { connection } = link;
  const run = async (call: () => Promise<unknown>): Promise<unknown> =>
    link.run(call).catch((error: unknown) => {
      // Where Redis does not know a script, whoever runs it tells it.
      const cause: unknown = Reflect.get(Object(error), "cause");
      throw isUnknownScript(cause) ? cause : error;
    });
  return {
    evalsha: async (...script) => run(async () => connection.evalsha(...script)),
    eval: async (...script) => run(async () => connection.eval(...script)),
  };
}
