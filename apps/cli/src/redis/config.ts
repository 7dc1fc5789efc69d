import { join } from "node:path";
import { DEFAULT_PREFIX, REGION_NAME_PATTERN, REGION_NAMES_EXPECTED, unreadSettings } from "@volley/contract";
import {
  createSettingsReader,
  type Environment,
  readOptOutReplicas,
  readRedisSettings,
  readProofS,
  readStores,
  readSuppressionSecret,
  type StoreSettings,
  type RedisSettings,
} from "@volley/runtime";

/** The prefix of `volley send` and `volley status` where nothing is said. */
export const PREFIX: string = DEFAULT_PREFIX;

/** As the worker's: its default and its bounds, in milliseconds. */
const LEAD_MS = { default: 60_000, minimum: 0, maximum: 72 * 60 * 60 * 1_000 };

/** What `REDIS_URL` stands for where Sentinels are named without it. */
const LOCAL_REDIS_URL = "redis://127.0.0.1:6379";

/** What the command line takes from its environment. */
export type CliConfig = {
  /** Where `volley send` and `volley status` find Redis: `REDIS_URL` and the Sentinels' variables. */
  readonly redis: RedisSettings;
  /** `VOLLEY_<REGION>_REDIS_URL` */
  readonly stores: readonly StoreSettings[];
  /** `REDIS_URL` as it was given; `undefined` lets `volley dev` and `volley demo` start a Redis of their own. */
  readonly redisUrl: string | undefined;
  /** `VOLLEY_PREFIX` */
  readonly prefix: string | undefined;
  /** `VOLLEY_LEAD_MS`, the workers' own: how long before `send_at` a send is handed to one. @default 60000 */
  readonly leadMs: number;
  /** `VOLLEY_SUPPRESSION_SECRET` */
  readonly suppressionSecret: string | undefined;
  /** `VOLLEY_PROOF_DAYS`, in seconds. */
  readonly proofS: number;
  /** `VOLLEY_OPT_OUT_REPLICAS` */
  readonly optOutReplicas: number | "auto";
  /** `VOLLEY_ROUTES_FILE`: to which region a number goes, for `volley send --region auto`. */
  readonly routesFile: string | undefined;
  /** `VOLLEY_REGIONS` of `volley dev`. */
  readonly regions: readonly string[];
  /** `VOLLEY_STATE_DIR`: where `volley dev` keeps its logs. */
  readonly directory: string;
  /** `VOLLEY_BOARD_USER` of `volley dev`. */
  readonly boardUser: string;
  /** `VOLLEY_BOARD_PASSWORD` of `volley dev`; without one it makes one up. */
  readonly boardPassword: string | undefined;
  /** A sentence for each variable that is set and that nobody reads. */
  readonly unread: readonly string[];
  /** For the processes that `volley dev` starts. */
  readonly environment: Environment;
};

/**
 * Reads the settings of the command line.
 *
 * @throws SettingsError with everything that is wrong
 */
export function readCliConfig(environment: Environment): CliConfig {
  const reader = createSettingsReader(environment);
  const redis = readRedisSettings(reader);
  const regions = reader.list("VOLLEY_REGIONS", {
    default: ["us", "eu"],
    pattern: REGION_NAME_PATTERN,
    expected: REGION_NAMES_EXPECTED,
  });
  return {
    environment,
    ...reader.finish({
      redis,
      stores: readStores(environment, reader, redis),
      redisUrl:
        reader.optionalText("REDIS_URL", { secret: true }) ?? (redis.mode === "sentinel" ? LOCAL_REDIS_URL : undefined),
      prefix: reader.optionalText("VOLLEY_PREFIX"),
      leadMs: reader.integer("VOLLEY_LEAD_MS", LEAD_MS),
      suppressionSecret: readSuppressionSecret(reader),
      proofS: readProofS(reader),
      optOutReplicas: readOptOutReplicas(reader) ?? "auto",
      routesFile: reader.optionalText("VOLLEY_ROUTES_FILE"),
      regions,
      unread: unreadSettings(environment, environment["VOLLEY_REGIONS"] ? regions : null),
      directory: reader.text("VOLLEY_STATE_DIR", { default: join(process.cwd(), ".volley") }),
      boardUser: reader.text("VOLLEY_BOARD_USER", {
        default: "volley",
        pattern: /^[^:]+$/,
        expected: "a name without a colon",
      }),
      boardPassword: reader.optionalText("VOLLEY_BOARD_PASSWORD", { secret: true }),
    }),
  };
}
