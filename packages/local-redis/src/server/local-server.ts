import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { freePort } from "../redis/free-port.ts";
import { LocalRedisError } from "../redis/local-redis-error.ts";
import type { Attempt, LocalRedis, RedisSettings } from "../redis/local-redis.ts";
import type { ServerProgram } from "./server-on-path.ts";
import { runServer, type ServerPlace, type ServerProcess } from "./server-process.ts";

/** Another process may take the free port between the look and the start. */
const MAX_PORTS_TRIED = 3;

/** Settings of a local server. */
export type LocalServerSettings = RedisSettings & {
  /** An existing folder for its files, kept at the end. @default a temporary one, removed at the end */
  directory?: string;
};

/** Runs a server program in a directory of its own. */
export async function startLocalServer(program: ServerProgram, settings: LocalServerSettings): Promise<Attempt> {
  const directory = settings.directory ?? (await mkdtemp(join(tmpdir(), "volley-redis-")));
  const isDirectoryOurs = settings.directory === undefined;
  let reason = "";
  for (let tried = 0; tried < (settings.port === undefined ? MAX_PORTS_TRIED : 1); tried += 1) {
    const place = { ...settings, port: settings.port ?? (await freePort()), directory, isDirectoryOurs };
    try {
      return { kind: "started", redis: localServer(program, place, await runServer(program.path, place)) };
    } catch (error) {
      reason = `${program.path} does not start on port ${place.port}: ${error instanceof Error ? error.message : String(error)}`;
    }
  }
  if (isDirectoryOurs) {
    await rm(directory, { recursive: true, force: true });
  }
  return { kind: "unavailable", reason };
}

function localServer(program: ServerProgram, place: ServerPlace, first: ServerProcess): LocalRedis {
  let current = first;
  let isStopped = false;
  return {
    url: `redis://127.0.0.1:${place.port}`,
    how: `${program.name} ${program.version} from ${dirname(program.path)} on port ${place.port}`,
    get pid() {
      return current.isRunning() ? current.pid : null;
    },
    stop: async () => {
      isStopped = true;
      await current.end("SIGTERM");
      if (place.isDirectoryOurs) {
        await rm(place.directory, { recursive: true, force: true });
      }
    },
    kill: async () => current.end("SIGKILL"),
    restart: async () => {
      if (isStopped) {
        throw new LocalRedisError("not_ours", "this Redis was stopped and its files are gone: start a new one");
      }
      await current.end("SIGTERM");
      current = await runServer(program.path, place);
    },
  };
}
