import type { CliConfig } from "../redis/config.ts";
import type { Messages } from "../exit/json-messages.ts";
import type { ProducerPlace } from "../redis/connect-producer.ts";
import type { Output } from "../terminal/output.ts";

/** What a command works with. */
export type CommandContext = CliConfig & {
  readonly place: ProducerPlace;
  readonly output: Output;
  /** What is said beside an output that a program may read. */
  readonly messages: Messages;
  /** Aborts at Ctrl+C. */
  readonly signal: AbortSignal;
};
