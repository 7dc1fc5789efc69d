import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { type LocalRedis, startRedis } from "@volley/local-redis";
import { type Environment, ownPackage, type RedisSettings } from "@volley/runtime";
import { redisSettingsOf } from "../redis/redis-settings-of.ts";
import { type Children, createChildren } from "./children.ts";
import { dropKeys } from "./drop-keys.ts";
import { requireOwnRedis } from "./require-own-redis.ts";
import { callbackVariables, providerVariables, stackEnvironment } from "./stack-environment.ts";
import { callbackUrl, tellEmulator } from "./tell-emulator.ts";
import { watchRedis } from "./watch-redis.ts";

/** What the stack is started with. */
export type StackOptions = {
  /** Of this process; the children get it with Volley's own variables added. */
  readonly environment: Environment;
  /** `REDIS_URL`, if one shall be used. */
  readonly redisUrl?: string | undefined;
  /** Whether that may be on another machine, or hold what is not development's. */
  readonly sharedRedis: boolean;
  readonly prefix: string;
  /** Whether what was put there stays in a Redis that was given. */
  readonly keepsKeys: boolean;
  readonly regions: readonly string[];
  /** Where logs go. It is made when it is not there. */
  readonly directory: string;
  /** Whether the processes take the ports of the documentation where these are free, or any. */
  readonly ports: "usual" | "any";
  /** Whether somebody works with it: then the API and the exporter are started, too. */
  readonly isForWork: boolean;
  readonly boardUser: string;
  /** @default one that is made up, and said */
  readonly boardPassword?: string | undefined;
  readonly say: (sentence: string) => void;
  /** Aborts when the stack is not wanted any more. */
  readonly signal: AbortSignal;
};

/** Everything that Volley is, on this machine. */
export type Stack = {
  /** What its processes were started with. */
  readonly environment: Environment;
  readonly emulatorUrl: string;
  readonly webhooksUrl: string;
  /** Empty where it was not started. */
  readonly apiUrl: string;
  /** Aborts when a process has ended by itself; the reason is a CliError that names it. */
  readonly lost: AbortSignal;
  /** Ends what was started, in the reverse order. */
  readonly stop: () => Promise<void>;
};

const SECRET_BYTES = 24;

const EMULATOR = fileURLToPath(new URL("main.js", import.meta.resolve("@volley/emulator")));

/** @param app - a folder below `apps/` */
function programOf(app: string): string {
  return fileURLToPath(new URL(`../${app}/dist/main.js`, ownPackage(import.meta.url).folder));
}

/**
 * Starts Redis, the emulator, what takes its callbacks, a worker, the board and what somebody works with, each as the process
 * that it is in production, and says where each of them is.
 *
 * @throws CliError, LocalRedisError when one of them does not start, or the Redis that was given may be somebody else's;
 *   what was started by then is stopped
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { say, directory, prefix, redisUrl, sharedRedis, signal, boardUser } = options;
  if (redisUrl !== undefined && !sharedRedis) await requireOwnRedis(redisOf(options, redisUrl), signal);
  await mkdir(directory, { recursive: true });
  const redis = await startRedis({ prefer: "server", say, ...(redisUrl !== undefined && { url: redisUrl }) });
  say(`Redis: ${redis.how}`);
  say(`prefix: ${prefix}`);
  const boardPassword = options.boardPassword ?? randomBytes(9).toString("base64url");
  const environment = stackEnvironment({ ...options, redisUrl: redis.url, boardPassword });
  const watched = watchRedis(redis, say);
  const children = createChildren({ directory, environment, ports: options.ports, say, signal });
  const stop = async (): Promise<void> => {
    watched.stop();
    await stopAll(options, children, redis);
  };
  try {
    const emulator = await children.start({ name: "emulator", program: EMULATOR, port: 8090, readyPath: "/livez" });
    say(`emulator: ${emulator.url}`);
    const webhooksUrl = await startWebhooks(options, children, emulator.url);
    const urls = await startOthers(options, children, emulator.url);
    for (const [name, url] of urls) if (name !== "board") say(`${name === "api" ? "API" : name}: ${url}`);
    const password = options.boardPassword === undefined ? boardPassword : "as in VOLLEY_BOARD_PASSWORD";
    say(`board: ${urls.get("board")}, user ${boardUser}, password ${password}`);
    return {
      environment,
      emulatorUrl: emulator.url,
      webhooksUrl,
      apiUrl: urls.get("api") ?? "",
      lost: AbortSignal.any([children.lost, watched.lost]),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Ports of the documentation. */
const OTHERS = { worker: 9090, api: 8080, exporter: 9091, board: 8082 } as const;

/** What does not need one another is started at once. @returns where each of them is @throws CliError of the first that does not start */
async function startOthers(
  { regions, isForWork }: StackOptions,
  children: Children,
  emulatorUrl: string,
): Promise<ReadonlyMap<string, string>> {
  const wanted = Object.entries(OTHERS).filter(([name]) => isForWork || name === "worker" || name === "board");
  const started = await Promise.allSettled(
    wanted.map(async ([name, port]) => {
      const added = name === "worker" ? providerVariables(regions, emulatorUrl) : {};
      const { url } = await children.start({ name, program: programOf(name), port, readyPath: "/readyz", added });
      return [name, url] as const;
    }),
  );
  // Not before all have started or failed: one that came later would not be stopped.
  return new Map(
    started.map((result) => {
      if (result.status === "rejected") throw result.reason;
      return result.value;
    }),
  );
}

/** Its secrets are made for this run, and nobody needs to know them. */
async function startWebhooks({ regions, say }: StackOptions, children: Children, emulatorUrl: string): Promise<string> {
  const secrets = new Map(regions.map((region) => [region, randomBytes(SECRET_BYTES).toString("base64url")]));
  const added = callbackVariables(secrets);
  const webhooks = { name: "webhooks", program: programOf("webhooks"), port: 8081, readyPath: "/readyz", added };
  const { url } = await children.start(webhooks);
  await tellEmulator({ emulatorUrl, webhooksUrl: url, secrets });
  say(`webhooks: ${regions.map((region) => callbackUrl(url, region)).join(" ")}`);
  return url;
}

async function stopAll(options: StackOptions, children: Children, redis: LocalRedis): Promise<void> {
  const { redisUrl, keepsKeys, prefix, say } = options;
  try {
    await children.stop();
  } finally {
    // One that was started here goes with everything in it.
    if (redisUrl !== undefined && !keepsKeys)
      await dropKeys(redisOf(options, redisUrl), prefix).catch(() => say(`left behind in Redis: keys with ${prefix}`));
    await redis.stop();
  }
}

function redisOf({ environment }: StackOptions, redisUrl: string): RedisSettings {
  return redisSettingsOf({ ...environment, REDIS_URL: redisUrl });
}
