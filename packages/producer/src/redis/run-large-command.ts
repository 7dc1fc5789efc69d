import { type Cluster, Command, type Redis } from "ioredis";

/**
 * Runs a command with large arguments, and lets go of them as soon as it is answered.
 *
 * A command of ioredis 6 stays reachable from the one before it, so that with the first one that survives for a while all
 * that follow do, until the whole heap is searched: five million recipients that were pushed one after the other took 60 MB
 * more than a hundred thousand (measured).
 */
export async function runLargeCommand(
  connection: Redis | Cluster,
  name: string,
  given: (string | number | Buffer)[],
): Promise<unknown> {
  const command = new Command(name, given, { replyEncoding: "utf8" });
  try {
    return await connection.sendCommand(command);
  } finally {
    command.args.length = 0;
  }
}
