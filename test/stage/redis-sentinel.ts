import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, type LocalRedis, serverOnPath, startRedis } from "@volley/local-redis";
import { Redis } from "ioredis";
import { eventually } from "./eventually.ts";

/** A real primary with a replica, and a Sentinel that lets the replica take over. */
export type WatchedRedis = {
  readonly primary: LocalRedis;
  /** `host:port` of the Sentinel. */
  readonly sentinel: string;
  readonly masterName: string;
  readonly close: () => Promise<void>;
};

const MASTER_NAME = "volley";

/** How long a primary is away before the Sentinel takes it for dead. */
const DOWN_AFTER_MS = 500;

/** Starts the three, and waits until the Sentinel knows the replica. */
export async function startWatchedRedis(): Promise<WatchedRedis> {
  const [primary, replica] = await Promise.all([
    startRedis({ prefer: "server", persistence: true }),
    startRedis({ prefer: "server", persistence: true }),
  ]);
  const [client, follower] = [new Redis(primary.url), new Redis(replica.url)];
  await client.config("SET", "repl-diskless-sync-delay", "0");
  await follower.replicaof("127.0.0.1", new URL(primary.url).port);
  await eventually(async () => (await follower.info("replication")).includes("link_status:up"), "the replication");
  for (const each of [client, follower]) each.disconnect();

  const folder = await mkdtemp(join(tmpdir(), "volley-sentinel-"));
  const port = await freePort();
  const child = await spawnSentinel(folder, port, new URL(primary.url).port);
  const sentinel = new Redis(port, "127.0.0.1");
  const knowsReplica = async (): Promise<boolean> =>
    String(await sentinel.call("SENTINEL", "MASTER", MASTER_NAME)).includes("num-slaves,1");
  await eventually(knowsReplica, "a Sentinel that knows the replica");
  sentinel.disconnect();
  return {
    primary,
    sentinel: `127.0.0.1:${port}`,
    masterName: MASTER_NAME,
    close: async () => {
      child.kill("SIGTERM");
      if (child.exitCode === null) await once(child, "exit");
      await Promise.all([primary.stop(), replica.stop()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function spawnSentinel(folder: string, port: number, primaryPort: string): Promise<ChildProcess> {
  const program = await serverOnPath();
  if (program === null) throw new Error("there is no server on the PATH to run a Sentinel with");
  const settings = [
    `port ${port}`,
    "bind 127.0.0.1",
    `dir ${folder}`,
    `sentinel monitor ${MASTER_NAME} 127.0.0.1 ${primaryPort} 1`,
    `sentinel down-after-milliseconds ${MASTER_NAME} ${DOWN_AFTER_MS}`,
    `sentinel failover-timeout ${MASTER_NAME} 5000`,
  ];
  const file = join(folder, "sentinel.conf");
  await writeFile(file, `${settings.join("\n")}\n`);
  return spawn(program.path, [file, "--sentinel"], { stdio: "ignore" });
}
