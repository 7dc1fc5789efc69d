import { firstWay } from "./first-way.ts";
import { givenRedis } from "./given-redis.ts";
import { type LocalServerSettings, startLocalServer } from "../server/local-server.ts";
import type { Attempt, LocalRedis } from "../redis/local-redis.ts";
import { installRedis } from "../install/install-redis.ts";
import { type ServerName, serverOnPath } from "../server/server-on-path.ts";

const DEFAULT_IMAGE = "redis:7-alpine";

/** How {@link startRedis} gets a Redis. */
export type StartRedisOptions = LocalServerSettings & {
  /** Which comes first: a server on the PATH, or a container. */
  prefer: "server" | "container";
  /** No other program, and no container, will do. @default whichever there is */
  server?: ServerName;
  /** A Redis that runs already; then nothing is started. */
  url?: string;
  /** Image of the container. @default redis:7-alpine */
  image?: string;
  /** Whether a package manager may install Redis where neither of the two is there. @default true */
  install?: boolean;
  /** Told why a way does not work, and what takes long. @default nobody */
  say?: (sentence: string) => void;
};

/**
 * Gets a Redis for development and tests: the URL that is given, a server on the PATH, a container, or one installed with
 * the package manager. A local server dies with the process that started it, however that ends.
 *
 * @example
 * const redis = await startRedis({ prefer: "server", say: console.log });
 * console.log(redis.how); // redis-server 7.0.15 from /usr/bin on port 41233
 * await redis.stop();
 *
 * @throws LocalRedisError `no_redis` when there is no way to a Redis; the message says what to install
 */
export async function startRedis(options: StartRedisOptions): Promise<LocalRedis> {
  if (isGiven(options.url)) {
    return givenRedis(options.url);
  }
  const say = options.say ?? (() => {});
  const server = async (): Promise<Attempt> => fromPath(options);
  const container = async (): Promise<Attempt> => fromContainer(options, say);
  if (options.server !== undefined) return firstWay([server], say);
  const ways = options.prefer === "server" ? [server, container] : [container, server];
  if (options.install !== false) {
    ways.push(async () => fromPackageManager(options, say));
  }
  return firstWay(ways, say);
}

/** A variable of the environment that is set to nothing counts as not set. */
function isGiven(text: string | undefined): text is string {
  return text !== undefined && text !== "";
}

async function fromPath(options: StartRedisOptions): Promise<Attempt> {
  const { server } = options;
  const program = await serverOnPath("", server && [server]);
  return program === null
    ? { kind: "unavailable", reason: `no ${server ?? "redis-server or valkey-server"} on the PATH` }
    : startLocalServer(program, options);
}

async function fromContainer(options: StartRedisOptions, say: (sentence: string) => void): Promise<Attempt> {
  // testcontainers takes most of a second to load, which a server on the PATH does not need.
  const container = await import("../container/container.ts").catch(withoutContainers);
  if (container === null) return { kind: "unavailable", reason: "testcontainers is not installed here" };
  return container.startContainer({ ...options, image: isGiven(options.image) ? options.image : DEFAULT_IMAGE, say });
}

/** It is an optional dependency: an image of the command line does without it. */
function withoutContainers(error: unknown): null {
  if (error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND") return null;
  throw error;
}

async function fromPackageManager(options: StartRedisOptions, say: (sentence: string) => void): Promise<Attempt> {
  const installation = await installRedis(say);
  return installation.kind === "unavailable" ? installation : startLocalServer(installation.program, options);
}
