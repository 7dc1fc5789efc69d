import { kindOfSetting } from "./kind-of-setting.ts";
import type { SettingsReader } from "./settings-reader.ts";

/** One host and its port. */
export type RedisNode = { host: string; port: number };

/** How every node lets us in. */
export type RedisAccess = {
  username: string | undefined;
  password: string | undefined;
  /** The number of the database; Cluster has only 0. */
  database: number;
  /** `rediss://`. A private authority's certificate is trusted through Node's own `NODE_EXTRA_CA_CERTS`. */
  tls: boolean;
};

/** Where Redis is: one server, a Cluster, or a master that Sentinels know. */
export type RedisSettings = RedisAccess &
  (
    | ({ mode: "single" } & RedisNode)
    | { mode: "cluster"; nodes: RedisNode[] }
    | { mode: "sentinel"; sentinels: RedisNode[]; masterName: string; sentinelPassword: string | undefined }
  );

const DEFAULT_REDIS_URL = "redis://127.0.0.1:6379";
const DEFAULT_REDIS_PORT = 6379;
const DEFAULT_SENTINEL_PORT = 26379;
const HOST_AND_PORT = /^(?<host>\[[0-9a-f:.]+\]|[\w.-]+)(?::(?<port>\d{1,5}))?$/i;

type ParsedUrl = RedisNode & RedisAccess;

/**
 * Reads where Redis is.
 *
 * - `REDIS_URL`, default `redis://127.0.0.1:6379`; `rediss://` means TLS. Several, comma-separated, mean a Cluster (a
 *   Cluster with one configuration endpoint is written by naming it twice).
 * - `REDIS_SENTINELS` (`host:port`, comma-separated) with `REDIS_MASTER_NAME` mean Sentinel. User, password, database
 *   and TLS then come from `REDIS_URL`, whose host is not used; the Sentinels' own password is `REDIS_SENTINEL_PASSWORD`.
 *
 * A URL may hold a password, so no message ever repeats it.
 */
export function readRedisSettings(reader: SettingsReader): RedisSettings {
  const urls = reader.text("REDIS_URL", { default: DEFAULT_REDIS_URL, secret: true }).split(",");
  const nodes = urls.map((url) => parseRedisUrl(url.trim())).filter((node) => node !== undefined);
  if (nodes.length < urls.length) {
    reader.problem(
      "REDIS_URL: expected redis://[user:password@]host[:port][/database], rediss:// for TLS, " +
        "several comma-separated for a Cluster, got a value that is not (hidden: it may hold a password)",
    );
  }
  const [first] = nodes;
  const { username, password, database, tls, host, port } = first ?? placeholder();
  const access = { username, password, database, tls };
  const sentinels = readSentinels(reader);
  if (sentinels) return { mode: "sentinel", ...access, ...sentinels };
  if (nodes.length < 2) return { mode: "single", ...access, host, port };
  checkCluster(reader, nodes);
  return { mode: "cluster", ...access, nodes: nodes.map((node) => ({ host: node.host, port: node.port })) };
}

function placeholder(): ParsedUrl {
  const host = "127.0.0.1";
  return { host, port: DEFAULT_REDIS_PORT, username: undefined, password: undefined, database: 0, tls: false };
}

function parseRedisUrl(text: string): ParsedUrl | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !isRedisUrl(url)) return undefined;
  try {
    return {
      host: withoutBrackets(url.hostname),
      port: url.port === "" ? DEFAULT_REDIS_PORT : Number(url.port),
      username: decodeURIComponent(url.username) || undefined,
      password: decodeURIComponent(url.password) || undefined,
      database: Number(url.pathname.slice(1)),
      tls: url.protocol === "rediss:",
    };
  } catch {
    // A stray percent sign in the user or the password.
    return undefined;
  }
}

function isRedisUrl({ protocol, hostname, pathname, search, hash }: URL): boolean {
  const isAddress = ["redis:", "rediss:"].includes(protocol) && hostname !== "" && /^(?:\/\d{0,5})?$/.test(pathname);
  return isAddress && search === "" && hash === "";
}

function checkCluster(reader: SettingsReader, nodes: readonly ParsedUrl[]): void {
  const [first, ...others] = nodes;
  const isSame = others.every((node) => {
    return node.username === first?.username && node.password === first?.password && node.tls === first?.tls;
  });
  if (!isSame) reader.problem("REDIS_URL: expected the same scheme, user and password for every node of a Cluster");
  if (nodes.some((node) => node.database !== 0)) reader.problem("REDIS_URL: a Cluster has no database but 0");
}

type Sentinels = { sentinels: RedisNode[]; masterName: string; sentinelPassword: string | undefined };

function readSentinels(reader: SettingsReader): Sentinels | undefined {
  const text = reader.optionalText("REDIS_SENTINELS");
  const masterName = reader.optionalText("REDIS_MASTER_NAME");
  const sentinelPassword = reader.optionalText("REDIS_SENTINEL_PASSWORD", { secret: true });
  if (text === undefined && masterName === undefined) return undefined;
  if (text === undefined) reader.problem("REDIS_SENTINELS: expected host:port, comma-separated, got nothing");
  if (masterName === undefined) reader.problem("REDIS_MASTER_NAME: expected the master's name, got nothing");
  const sentinels = (text ?? "").split(",").map((entry) => parseNode(entry.trim(), DEFAULT_SENTINEL_PORT));
  const known = sentinels.filter((node) => node !== undefined);
  if (text !== undefined && known.length < sentinels.length) {
    reader.problem(`REDIS_SENTINELS: expected host:port, comma-separated, got ${kindOfSetting(text)}`);
  }
  return { sentinels: known, masterName: masterName ?? "", sentinelPassword };
}

function parseNode(text: string, defaultPort: number): RedisNode | undefined {
  const { host, port } = HOST_AND_PORT.exec(text)?.groups ?? {};
  const number = Number(port ?? defaultPort);
  return host === undefined || number < 1 || number > 65_535
    ? undefined
    : { host: withoutBrackets(host), port: number };
}

function withoutBrackets(host: string): string {
  return host.replace(/^\[|\]$/g, "");
}
