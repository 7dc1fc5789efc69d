import type { Cluster, Redis, RedisOptions } from "ioredis";

/** Where Redis is: a URL, ioredis options, as BullMQ takes them with a `url` too, or a connection that the caller owns. */
export type RedisTarget = string | ConnectionOptions | Redis | Cluster;

/** BullMQ relies on the reply mapping that ioredis 6 has by default, so it is not the caller's to set. */
type PlainOptions = Omit<RedisOptions, "replyMapping">;

type ConnectionOptions = PlainOptions & { readonly url?: string };

/** A target by what has to be done with it. */
export type ReadTarget =
  | { readonly kind: "connection"; readonly connection: Redis | Cluster }
  | { readonly kind: "url"; readonly url: string; readonly options?: PlainOptions }
  | { readonly kind: "options"; readonly options: PlainOptions };

/** What is called of a connection, by us and by BullMQ. */
const METHODS = ["connect", "disconnect", "duplicate", "sendCommand", "on", "off"];

/**
 * Tells what a target is. What is none is refused: ioredis would take it for options without a host, and every send would
 * go to the Redis of this machine.
 *
 * @throws TypeError which never repeats what came: URLs have passwords
 */
export function readTarget(target: unknown): ReadTarget {
  if (typeof target === "string" && target.trim() !== "") return { kind: "url", url: requireRedisUrl(target) };
  if (isConnection(target)) return { kind: "connection", connection: requireNumbers(target) };
  if (isPlainObject(target)) return readOptions(target);
  throw new TypeError(`connection: expected a URL, ioredis options or a connection of ioredis, got ${kindOf(target)}`);
}

/** A `url` goes before host and port, as it does for BullMQ: ioredis would not look at it. */
function readOptions({ url, ...options }: ConnectionOptions): ReadTarget {
  if (url === undefined) return { kind: "options", options };
  if (typeof url === "string" && url.trim() !== "") return { kind: "url", url: requireRedisUrl(url), options };
  throw new TypeError(`connection.url: expected a URL that begins with redis:// or rediss://, got ${kindOf(url)}`);
}

/** As ioredis reads it: a port, a host with or without one, the path of a socket, or a URL of Redis'. */
function requireRedisUrl(text: string): string {
  const isAddress = /^(?:\d{1,5}|[\w.-]+(?::\d{1,5})?|\/.*)$/.test(text.trim());
  if (isAddress || /^rediss?:\/\//i.test(text.trim())) return text;
  throw new TypeError("connection: expected a URL that begins with redis:// or rediss://, got another text");
}

/** Scripts answer numbers, and a text in their place is taken for something else: after the send is on its queue. */
function requireNumbers(connection: Redis | Cluster): Redis | Cluster {
  const { options } = connection;
  const ofNode: unknown = Reflect.get(options, "redisOptions") ?? options;
  if (Reflect.get(Object(ofNode), "stringNumbers") !== true) return connection;
  throw new TypeError("connection: expected a connection without stringNumbers, which answers numbers as texts");
}

/**
 * By its shape: the caller's ioredis may be another copy than ours, whose connections are instances of other classes.
 */
function isConnection(target: unknown): target is Redis | Cluster {
  if (typeof target !== "object" || target === null || typeof Reflect.get(target, "status") !== "string") return false;
  return METHODS.every((name) => typeof Reflect.get(target, name) === "function");
}

/** Also one that was made in another realm, where `Object` is another one. */
function isPlainObject(target: unknown): target is ConnectionOptions {
  if (typeof target !== "object" || target === null || Array.isArray(target)) return false;
  const prototype: unknown = Object.getPrototypeOf(target);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function kindOf(target: unknown): string {
  if (target === undefined) return "nothing";
  if (target === null) return "null";
  if (typeof target === "string") return "an empty text";
  if (Array.isArray(target)) return "an array";
  if (typeof target !== "object") return `a ${typeof target}`;
  const name: unknown = Reflect.get(Object(Reflect.get(target, "constructor")), "name");
  return typeof name === "string" && name !== "" ? `an instance of ${name}` : "an object of an unknown class";
}
