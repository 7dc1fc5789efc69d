export type { CallOptions } from "./api/api-call.ts";
export type { CurrentSecrets, Secrets } from "./authentication/rotating-sender.ts";
export type { Authentication, PlanAuthentication, ProjectAuthentication } from "./authentication/authentication.ts";
export type { Batch, BatchPage } from "./batches/batch.ts";
export type { BatchCalls, BatchesQuery } from "./batches/batch-calls.ts";
export type { BatchRequest } from "./batches/batch-request.ts";
export type { BatchUpdate } from "./batches/batch-update.ts";
export type { DryRun, DryRunQuery } from "./batches/dry-run.ts";
export type { Finding } from "./batches/find-batch.ts";
export type {
  BinaryBatch,
  DeliveryReportType,
  MediaBatch,
  MediaBody,
  NewBatch,
  Parameters,
  TextBatch,
} from "./batches/new-batch.ts";
export type { BatchReading, Cancellation } from "./batches/worker-calls.ts";
export type { BatchReport } from "./delivery-reports/batch-report.ts";
export type {
  BatchReportQuery,
  DeliveryReportCalls,
  DeliveryReportsQuery,
} from "./delivery-reports/delivery-report-calls.ts";
export type { DeliveryStatus } from "./delivery-reports/delivery-status.ts";
export type { RecipientReport, RecipientReportPage } from "./delivery-reports/recipient-report.ts";
export { FAILURE_CAUSES, failureCause } from "./failures/failure-cause.ts";
export type { FailureCause } from "./failures/failure-cause.ts";
export { mayBeAccepted } from "./failures/outcome.ts";
export type {
  Accepted,
  Failure,
  Outcome,
  Rejected,
  Throttled,
  Unauthorized,
  Unavailable,
  Unknown,
} from "./failures/outcome.ts";
export { rejectedRecipientIndex } from "./failures/recipient-index.ts";
export type { Result } from "./failures/result.ts";
export { isSinchCode, SINCH_CODES } from "./failures/sinch-code.ts";
export type { SinchCode } from "./failures/sinch-code.ts";
export type { Group, GroupPage, GroupTags } from "./groups/group.ts";
export type { GroupCalls, GroupsQuery } from "./groups/group-calls.ts";
export type { AutoUpdate, GroupReplacement, GroupTagsUpdate, GroupUpdate, NewGroup } from "./groups/group-request.ts";
export type { Inbound, InboundPage } from "./inbounds/inbound.ts";
export type { InboundCalls, InboundsQuery } from "./inbounds/inbound-calls.ts";
export { publishedBaseUrl, PUBLISHED_REGIONS } from "./client/region-hosts.ts";
export { createSinchClient, DEFAULT_TIMEOUT_MS } from "./client/sinch-client.ts";
export type { SinchClient } from "./client/sinch-client.ts";
export type { HttpClient, SinchClientOptions } from "./client/sinch-client-options.ts";
export type { ProxyOptions } from "./transport/proxy.ts";
export type { Transport, TransportAnswer, TransportFailure, TransportRequest } from "./transport/transport.ts";
