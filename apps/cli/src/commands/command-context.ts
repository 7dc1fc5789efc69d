import type { Environment, RedisSettings } from "@volley/runtime";
import type { Messages } from "../exit/json-messages.ts";
import type { ProducerPlace } from "../redis/connect-producer.ts";
import type { Output } from "../send-file/progress-bar.ts";

/** What the command line takes from its environment. */
export type CliConfig = {
  /** Where `volley send` and `volley status` find Redis: `REDIS_URL` and the Sentinels' variables. */
  readonly redis: RedisSettings;
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

/** What a command works with. */
export type CommandContext = CliConfig & {
  readonly place: ProducerPlace;
  readonly output: Output;
  /** What is said beside an output that a program may read. */
  readonly messages: Messages;
  /** Aborts at Ctrl+C. */
  readonly signal: AbortSignal;
};
