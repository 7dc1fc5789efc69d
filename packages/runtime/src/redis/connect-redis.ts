import { rootCertificates } from "node:tls";
import { Cluster, Redis } from "ioredis";
import type { DNSLookupFunction, RedisOptions } from "ioredis";
import type { Logger } from "pino";

import { boundOfflineQueue } from "./bound-offline-queue.ts";
import { describeRedis } from "./describe-redis.ts";
import { keepAccessCurrent } from "./keep-access-current.ts";
import { reconnectDelayMs } from "./reconnect-delay.ts";
import type { RedisClient } from "./redis-client.ts";
import type { RedisNode, RedisSettings } from "./redis-settings.ts";
import { reportOutages } from "./report-outages.ts";

/**
 * What a connection is for.
 *
 * - `worker`: commands wait for as long as an outage takes, so many of them; BullMQ's workers need it so.
 * - `producer`: while Redis is away a command fails at once, so that an HTTP request is answered and not held.
 * - `board`: as a producer, but a command waits for the first connection.
 */
export type RedisRole = "worker" | "producer" | "board";

/** How to connect. */
export type ConnectRedisOptions = {
  role: RedisRole;
  /** The connection's name in `CLIENT LIST`. */
  name: string;
  /** Hears of outages, once each. Without it they are silent. */
  log?: Pick<Logger, "info" | "error"> | undefined;
  /** After so many milliseconds without an answer it connects anew. @default 15000, more than the 10 s for which BullMQ blocks */
  silenceMs?: number;
};

/**
 * Longer than the 10 s for which BullMQ's event reader blocks, which inherits it. Without it a command would wait for
 * ever on a Redis that accepts connections and does not answer.
 */
const PRODUCER_COMMAND_TIMEOUT_MS = 15_000;

/**
 * A Redis that is frozen, or a machine that is gone, closes no connection: a Sentinel or a Cluster has long promoted another one,
 * and whoever waits for an answer would wait for ever. Longer than the 10 s for which BullMQ blocks.
 */
const SILENCE_MS = 15_000;

const CONNECT_TIMEOUT_MS = 2_000;

/**
 * For how long a connection that was ended may stay half closed, in milliseconds. ioredis waits for it to close where it had
 * closed long before, too: a command that has found no Redis would stand there for that long after saying so.
 */
const DISCONNECT_TIMEOUT_MS = 200;

/**
 * Commands of a worker that wait while Redis is away. Its jobs in flight have a handful each, everything else has one: this
 * many say that something asks again and again without waiting for an answer.
 */
const MOST_WAITING = 20_000;

/** ioredis 6 speaks RESP3 but can keep the replies of RESP2, its default; BullMQ relies on that, so it is not ours to set. */
type ConnectionOptions = Omit<RedisOptions, "replyMapping">;

const ROLES = {
  worker: { maxRetriesPerRequest: null, enableOfflineQueue: true },
  producer: {
    maxRetriesPerRequest: 1,
    enableOfflineQueue: false,
    connectTimeout: CONNECT_TIMEOUT_MS,
    commandTimeout: PRODUCER_COMMAND_TIMEOUT_MS,
  },
  board: {
    maxRetriesPerRequest: 1,
    enableOfflineQueue: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    commandTimeout: PRODUCER_COMMAND_TIMEOUT_MS,
  },
} satisfies Record<RedisRole, ConnectionOptions>;

/**
 * Connects to Redis, and goes on trying for as long as it takes, with growing, jittered waits.
 *
 * Returns at once: the connection is made in the background (see `waitForRedis`). Close it with `closeRedis`.
 */
export function connectRedis(settings: RedisSettings, options: ConnectRedisOptions): RedisClient {
  const { role, name, log, silenceMs = SILENCE_MS } = options;
  const own = { ...ROLES[role], ...accessOptions(settings), connectionName: name, socketTimeout: silenceMs };
  const client = createClient(settings, own);
  if (settings.current) keepAccessCurrent(client, settings.current);
  if (role === "worker") boundOfflineQueue(client, MOST_WAITING);
  reportOutages(client, { redis: describeRedis(settings), log });
  return client;
}

function createClient(settings: RedisSettings, options: ConnectionOptions): RedisClient {
  switch (settings.mode) {
    case "single":
      return new Redis({ ...options, host: settings.host, port: settings.port, db: settings.database });
    case "cluster":
      return createCluster(settings.nodes, options, settings.tls);
    case "sentinel":
      return new Redis({
        ...options,
        db: settings.database,
        sentinels: settings.sentinels,
        name: settings.masterName,
        sentinelPassword: settings.sentinelPassword,
        sentinelRetryStrategy: nextDelayMs,
        enableTLSForSentinelMode: settings.tls,
      });
    default:
      return settings satisfies never;
  }
}

function createCluster(nodes: RedisNode[], options: ConnectionOptions, tls: boolean): Cluster {
  const { retryStrategy: _ofOneNode, enableOfflineQueue, ...redisOptions } = options;
  return new Cluster(nodes, {
    clusterRetryStrategy: nextDelayMs,
    enableOfflineQueue,
    redisOptions,
    ...(tls ? { dnsLookup: keepName } : {}),
  });
}

/** Certificates name hosts: with TLS the names must not be replaced by addresses (ioredis, "Special note: TLS"). */
const keepName: DNSLookupFunction = (hostname, done) => done(null, hostname);

function accessOptions({ username, password, tls, ca, certificate }: RedisSettings): ConnectionOptions {
  const trusted = ca === undefined ? {} : { ca: [...rootCertificates, ca] };
  const disconnectTimeout = DISCONNECT_TIMEOUT_MS;
  const common = { username, password, disconnectTimeout, retryStrategy: nextDelayMs, reconnectOnError: isDemoted };
  return { ...common, ...(tls ? { tls: { ...trusted, ...certificate } } : {}) };
}

function nextDelayMs(attempt: number): number {
  return reconnectDelayMs(attempt, Math.random());
}

/**
 * Whether the server has become a replica: it is looked up again who the primary is, by a Sentinel or by its name. The
 * command is not made again by itself, or it would go round where the server stays a replica.
 */
function isDemoted({ message }: Error): boolean {
  return /(?:^|[\s-])READONLY\b/.test(message);
}
