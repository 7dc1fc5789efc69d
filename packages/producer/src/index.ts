export type { BatchesPage, PageOption } from "./follow/read-batches.ts";
export { LIST_STATES, plainSender } from "./producer/list-options.ts";
export type { ListOptions } from "./producer/list-options.ts";
export type { ListPage, SendInList } from "./producer/list-sends.ts";
export type { DeliveriesPage } from "./follow/read-deliveries.ts";
export { EXPLAIN_REASONS } from "./follow/explain-send.ts";
export type { ExplainReason, Explanation } from "./follow/explain-send.ts";
export { EVENT_TYPES } from "@volley/receipts";
export type { EventType } from "@volley/receipts";
export type { EventsOptions, EventsPage } from "./way-back/read-events.ts";
export type { Redelivered, RedeliverOptions } from "./way-back/redeliver.ts";
export type { ForgetOptions, Forgotten } from "./way-back/forget-person.ts";
export type { ForgottenKind, LeftReason } from "./way-back/forget-terms.ts";
export type { InboundsOptions, InboundsPage } from "./way-back/read-inbounds.ts";
export type { Cancellation } from "./follow/cancel-send.ts";
export type { CheckOptions } from "./check/check-send.ts";
export type {
  CheckedDryRun,
  CheckedDuration,
  CheckedSegments,
  CheckedRecipients,
  CheckReport,
  CheckWarning,
  DryRunCounts,
  RejectedAt,
  UnicodeCause,
} from "./check/check-report.ts";
export type { CoalesceOptions, CoalesceSettings } from "./enqueue/coalescer.ts";
export type { Coalesced } from "./enqueue/coalesce-groups.ts";
export type { CoalesceMessage } from "./enqueue/coalesce-message.ts";
export type { DryRun, DryRunBatch } from "./check/compare-dry-run.ts";
export { DuplicatesError } from "./duplicates/duplicates.ts";
export type { DuplicatesFound, DuplicatesOption } from "./duplicates/duplicates.ts";
export type { Enqueued, EnqueueOptions } from "./enqueue/enqueue-terms.ts";
export { countWaiting } from "./region/estimate-end.ts";
export type { RegionPlace } from "./region/estimate-end.ts";
export { createProducer } from "./producer/producer.ts";
export type { Producer } from "./producer/producer.ts";
export type {
  ChangesOption,
  EtaOption,
  ProducerOptions,
  RegionOption,
  WaitOption,
} from "./producer/producer-options.ts";
export { ProducerError } from "./terms/producer-error.ts";
export type { ProducerErrorCode } from "./terms/producer-error.ts";
export type { RecipientEntry, RecipientPage, RecipientSource, SendToMany } from "./recipients/recipient-source.ts";
export type { RedisTarget } from "./redis/redis-target.ts";
export { createRouteTable, type RouteTable } from "./auto/route-table.ts";
export type { LimitChanges, RegionControl, RegionState } from "./region/control-region.ts";
export type { RegionHealth, RegionWorkers } from "./region/region-health.ts";
export type { RegionHold, SendStatus } from "./follow/read-status.ts";
export type { EnqueueProgress } from "./staging/take-list.ts";
export { createTextWatch } from "./check/text-watch.ts";
export type { TextWarning, TextWatch } from "./check/text-watch.ts";
export type { EnqueueWarning } from "./region/send-warnings.ts";
export type { EndpointControl, EndpointWithSecret, Replay } from "./way-back/control-endpoints.ts";
export type { ProofControl, SuppressionProof } from "./way-back/control-proof.ts";
export { isSuppressionHash } from "./way-back/suppression-input.ts";
export type { HeldControl, HeldEntry, HeldPlace } from "./way-back/control-held.ts";
export type {
  SuppressionControl,
  SuppressionEntry,
  SuppressionOptions,
  SuppressionScope,
} from "./way-back/control-suppressions.ts";
export type { Endpoint, EndpointOptions, TestAnswer } from "@volley/endpoints";
export type { ApiKeyWithSecret, KeyControl, RotateOptions } from "./producer/control-keys.ts";
export type { ApiKey, KeyOptions, ListedKey, Scope } from "@volley/keys";
export type { SendOrigin } from "./follow/read-origin.ts";
