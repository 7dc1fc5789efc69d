import type { Plans } from "./authenticate.ts";
import type { BatchStore } from "./batches/batch-store.ts";
import type { FaultList } from "./faults/fault-list.ts";
import type { RequestLog } from "./request-log.ts";

/** Everything that one emulator knows and is set to. */
export interface Emulation {
  readonly store: BatchStore;
  readonly faults: FaultList;
  readonly log: RequestLog;
  readonly plans: Plans;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Added to every answer. */
  readonly latencyMs: number;
  readonly hasDefaultOriginator: boolean;
}
