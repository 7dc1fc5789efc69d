export type { BatchesPage, PageOption } from "./batches.ts";
export type { Cancellation } from "./cancel.ts";
export type { CheckOptions } from "./check.ts";
export type {
  CheckedDryRun,
  CheckedDuration,
  CheckedParts,
  CheckedRecipients,
  CheckReport,
  CheckWarning,
  DryRunCounts,
  InvalidEntry,
  UnicodeCause,
} from "./check-report.ts";
export type { CoalesceOptions, CoalesceSettings } from "./coalesce.ts";
export type { Coalesced } from "./coalesce-groups.ts";
export type { CoalesceMessage } from "./coalesce-message.ts";
export type { DryRun, DryRunBatch } from "./compare-dry-run.ts";
export { DuplicatesError } from "./duplicates.ts";
export type { DuplicatesFound, DuplicatesOption } from "./duplicates.ts";
export type { Enqueued, EnqueueOptions } from "./enqueue.ts";
export { createProducer } from "./producer.ts";
export type { Producer } from "./producer.ts";
export type { ChangesOption, EtaOption, ProducerOptions, RegionOption, WaitOption } from "./producer-options.ts";
export { ProducerError } from "./producer-error.ts";
export type { ProducerErrorCode } from "./producer-error.ts";
export type { RecipientEntry, RecipientPage, RecipientSource, SendToMany } from "./recipient-source.ts";
export type { RedisTarget } from "./redis-target.ts";
export { createRouteTable, type RouteTable } from "./route-table.ts";
export type { LimitChanges, RegionControl, RegionState } from "./region-limits.ts";
export type { RegionHealth, RegionWorkers } from "./region-health.ts";
export type { RegionHold, SendStatus } from "./send-status.ts";
export type { EnqueueProgress } from "./staging-progress.ts";
export { createTextWatch } from "./text-watch.ts";
export type { TextWarning, TextWatch } from "./text-watch.ts";
export type { EnqueueWarning } from "./warnings.ts";
