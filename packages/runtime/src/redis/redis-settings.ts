import { readFileSync } from "node:fs";
import { kindOfSetting } from "../settings/kind-of-setting.ts";
import { readAuthorities } from "../settings/read-authorities.ts";
import type { SettingsReader } from "../settings/settings-reader.ts";

/** One host and its port. */
export type RedisNode = { host: string; port: number };

/** How every node lets us in. */
export type RedisAccess = {
  username: string | undefined;
  password: string | undefined;
  /** The number of the database; Cluster has only 0. */
  database: number;
  /** `rediss://` */
  tls: boolean;
  /** `VOLLEY_CA_FILE`: authorities that are trusted besides the public ones, in PEM. */
  ca?: string;
  /** `REDIS_CERT_FILE` and `REDIS_KEY_FILE`: who we are, where Redis asks for certificates; in PEM. */
  certificate?: { cert: string; key: string };
  /** User and password as they are now, where `REDIS_URL_FILE` has them: each new connection asks. */
  current?: () => Pick<RedisAccess, "username" | "password">;
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
 * - With TLS, `VOLLEY_CA_FILE` (authorities), `REDIS_CERT_FILE` and `REDIS_KEY_FILE` (a certificate of ours), all in PEM.
 * - `REDIS_URL_FILE` in place of `REDIS_URL`: user and password are read again when it changes, for new connections.
 *
 * A URL may hold a password, so no message ever repeats it.
 */
export function readRedisSettings(reader: SettingsReader): RedisSettings {
  const read = readUrls(reader, "REDIS_URL", DEFAULT_REDIS_URL);
  const sentinels = readSentinels(reader);
  if (sentinels === undefined) return read;
  const { username, password, database, tls, ca, certificate, current } = read;
  const optional = {
    ...(ca !== undefined && { ca }),
    ...(certificate && { certificate }),
    ...(current && { current }),
  };
  return { mode: "sentinel", username, password, database, tls, ...optional, ...sentinels };
}

/** Reads the Redis of one region: a URL, or those of a Cluster. @param variable - `VOLLEY_<REGION>_REDIS_URL` */
export function readRegionRedis(reader: SettingsReader, variable: string): RedisSettings {
  return readUrls(reader, variable, undefined);
}

type OfUrls = Exclude<RedisSettings, { mode: "sentinel" }>;

function readUrls(reader: SettingsReader, variable: string, otherwise: string | undefined): OfUrls {
  const urls = reader
    .text(variable, { ...(otherwise !== undefined && { default: otherwise }), secret: true })
    .split(",");
  const nodes = urls.map((url) => parseRedisUrl(url.trim())).filter((node) => node !== undefined);
  if (nodes.length < urls.length) {
    reader.problem(
      `${variable}: expected redis://[user:password@]host[:port][/database], rediss:// for TLS, ` +
        "several comma-separated for a Cluster, got a value that is not (hidden: it may hold a password)",
    );
  }
  const [first] = nodes;
  const { username, password, database, tls, host, port } = first ?? placeholder();
  const current = readCurrentAccess(reader, variable);
  const access = {
    username,
    password,
    database,
    tls,
    ...(tls && readTls(reader)),
    ...(current !== undefined && { current }),
  };
  if (nodes.length < 2) return { mode: "single", ...access, host, port };
  checkCluster(reader, variable, nodes);
  return { mode: "cluster", ...access, nodes: nodes.map((node) => ({ host: node.host, port: node.port })) };
}

function readCurrentAccess(reader: SettingsReader, variable: string): RedisAccess["current"] {
  const file = reader.secretFile(variable);
  if (file === undefined) return undefined;
  return () => {
    const { username, password } = parseRedisUrl(file().split(",")[0]?.trim() ?? "") ?? placeholder();
    return { username, password };
  };
}

function readTls(reader: SettingsReader): Pick<RedisAccess, "ca" | "certificate"> {
  const ca = readAuthorities(reader, "VOLLEY_CA_FILE");
  const [cert, key] = [readPem(reader, "REDIS_CERT_FILE"), readPem(reader, "REDIS_KEY_FILE")];
  if ((cert === undefined) !== (key === undefined)) {
    reader.problem("REDIS_CERT_FILE: expected it together with REDIS_KEY_FILE, got one of them");
  }
  return {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && key !== undefined && { certificate: { cert, key } }),
  };
}

function readPem(reader: SettingsReader, variable: string): string | undefined {
  const path = reader.optionalText(variable);
  if (path === undefined) return undefined;
  try {
    const pem = readFileSync(path, "utf8");
    if (pem.includes("-----BEGIN ")) return pem;
    reader.problem(`${variable}: expected a file in PEM, got another one`);
  } catch (error) {
    const code: unknown = Reflect.get(Object(error), "code");
    reader.problem(`${variable}: expected a file in PEM, got one that cannot be read (${String(code)})`);
  }
  return undefined;
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

function checkCluster(reader: SettingsReader, variable: string, nodes: readonly ParsedUrl[]): void {
  const [first, ...others] = nodes;
  const isSame = others.every((node) => {
    return node.username === first?.username && node.password === first?.password && node.tls === first?.tls;
  });
  if (!isSame) reader.problem(`${variable}: expected the same scheme, user and password for every node of a Cluster`);
  if (nodes.some((node) => node.database !== 0)) reader.problem(`${variable}: a Cluster has no database but 0`);
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
