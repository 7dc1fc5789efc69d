import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, type LocalRedis, serverOnPath, startRedis } from "@volley/local-redis";
import { Redis } from "ioredis";
import { eventually } from "./eventually.ts";

/** A real Sentinel. */
export type Sentinel = {
  readonly port: number;
  /** `host:port` */
  readonly address: string;
  readonly masterName: string;
  /** The port of whom it takes for the master. */
  readonly master: () => Promise<number>;
  /** Watches another master, or the same one anew. */
  readonly watch: (masterPort: number) => Promise<void>;
  /** Waits until it knows so many replicas. @default 1 */
  readonly knowsReplica: (count?: number) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** A real primary with a replica, and a Sentinel that lets the replica take over. */
export type WatchedRedis = {
  readonly primary: LocalRedis;
  /** `host:port` of the Sentinel. */
  readonly sentinel: string;
  readonly masterName: string;
  readonly close: () => Promise<void>;
};

const MASTER_NAME = "volley";

/** How long a primary is away before the Sentinel takes it for dead, and what else it goes by, in milliseconds. */
const TERMS = { "down-after-milliseconds": "500", "failover-timeout": "5000" };

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
  const sentinel = await startSentinel(Number(new URL(primary.url).port));
  await sentinel.knowsReplica();
  return {
    primary,
    sentinel: sentinel.address,
    masterName: MASTER_NAME,
    close: async () => {
      await sentinel.close();
      await Promise.all([primary.stop(), replica.stop()]);
    },
  };
}

/** Starts a Sentinel that lets a replica take over where its master dies. */
export async function startSentinel(masterPort: number): Promise<Sentinel> {
  const folder = await mkdtemp(join(tmpdir(), "volley-sentinel-"));
  const port = await freePort();
  const child = await spawnSentinel(folder, port);
  const redis = new Redis(port, "127.0.0.1");
  // It is not there at once.
  redis.on("error", () => {});
  const call = async (...words: string[]): Promise<unknown> => redis.call("SENTINEL", ...words);
  const watch = async (watched: number): Promise<void> => {
    await call("REMOVE", MASTER_NAME).catch(() => {});
    await call("MONITOR", MASTER_NAME, "127.0.0.1", String(watched), "1");
    for (const [name, value] of Object.entries(TERMS)) await call("SET", MASTER_NAME, name, value);
  };
  const knows = async (count: number): Promise<boolean> =>
    String(await call("MASTER", MASTER_NAME)).includes(`num-slaves,${count}`);
  await watch(masterPort);
  return {
    port,
    address: `127.0.0.1:${port}`,
    masterName: MASTER_NAME,
    master: async () => Number(((await call("GET-MASTER-ADDR-BY-NAME", MASTER_NAME)) as string[])[1]),
    watch,
    knowsReplica: async (count = 1) =>
      void (await eventually(async () => knows(count), "a Sentinel that knows its replicas")),
    close: async () => {
      redis.disconnect();
      child.kill("SIGTERM");
      if (child.exitCode === null) await once(child, "exit");
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function spawnSentinel(folder: string, port: number): Promise<ChildProcess> {
  const program = await serverOnPath();
  if (program === null) throw new Error("there is no server on the PATH to run a Sentinel with");
  const file = join(folder, "sentinel.conf");
  await writeFile(file, [`port ${port}`, "bind 127.0.0.1", `dir ${folder}`, ""].join("\n"));
  return spawn(program.path, [file, "--sentinel"], { stdio: "ignore" });
}
