/** A Redis that was found or started for this machine's own use. */
export type LocalRedis = {
  /** `redis://127.0.0.1:<port>`, or the URL that was given. */
  readonly url: string;
  /** Which one was taken, in one sentence without credentials: "redis-server 7.0.15 from /usr/bin on port 41233". */
  readonly how: string;
  /** Process ID of the local server as it runs now; `null` for a container, a given URL, and while it is down. */
  readonly pid: number | null;
  /** Ends it and removes what was made for it. Nothing happens the second time, nor for a given URL. */
  stop(): Promise<void>;
  /** SIGKILL, so that Redis writes nothing any more. @throws LocalRedisError `not_ours` for a given URL */
  kill(): Promise<void>;
  /** Starts it again on the same port with the same data directory. @throws LocalRedisError `not_ours` for a given URL */
  restart(): Promise<void>;
};

/** What a Redis started here is like. */
export type RedisSettings = {
  /** Keep an append-only file, synced every second or, with `always`, before each answer. Without it a restart forgets everything. @default false */
  persistence?: boolean | "always";
  /** A node of a Cluster, from Redis 7.0, that has no slots to begin with. @default false */
  cluster?: boolean;
  /** Port on 127.0.0.1. @default a free one */
  port?: number;
};

/** What one way of getting a Redis came to. */
export type Attempt = { kind: "started"; redis: LocalRedis } | { kind: "unavailable"; reason: string };
