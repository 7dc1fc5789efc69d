export { clientReference, MAX_CLIENT_REFERENCE_CHARACTERS } from "./client-reference.ts";
export {
  addCounts,
  combinedState,
  CONTENT_CHANGED,
  gravestState,
  PART_FAILED,
  PART_REMOVED,
} from "./combined-result.ts";
export { contentDigest, listDigest } from "./content-digest.ts";
export { fingerprint } from "./fingerprint.ts";
export { InvalidSendError } from "./invalid-send-error.ts";
export { readJobData } from "./job-data.ts";
export type { JobData, PlannedSend, SettledSend, Unsent } from "./job-data.ts";
export { sendJsonSchema } from "./json-schema.ts";
export { isShownName, kindOf, shownName } from "./kind-of.ts";
export type { KindOptions } from "./kind-of.ts";
export { DECISION_STEM, decidedOf, decisionFields, LEDGER_FIELD, ledgerFields, readLedger } from "./ledger.ts";
export type { KeptLedger, Ledger, LedgerSubject } from "./ledger.ts";
export { LIMITS } from "./limits.ts";
export { countMessageParts, firstUnicodeCharacter, textFor } from "./message-parts.ts";
export type { MessageParts } from "./message-parts.ts";
export { nearestRegion } from "./nearest-region.ts";
export { onTheWire } from "./on-the-wire.ts";
export type { OnTheWire } from "./on-the-wire.ts";
export { otherPlaceholdersIn } from "./other-placeholders.ts";
export { pastSendAt } from "./past-send-at.ts";
export { hasValues, keysWithoutDefault, PLACEHOLDER, placeholdersIn } from "./placeholders.ts";
export type { Problem } from "./problem.ts";
export {
  CANCEL_JOB_NAME,
  cancelJobId,
  cancelKey,
  DEFAULT_PREFIX,
  EVENTS_KEPT,
  JOB_NAME,
  LIFT_PACE_HOLD,
  liftedKey,
  limitsKey,
  paceHoldKey,
  paceKey,
  paceWindowKey,
  noticeSinceKey,
  pausedSinceKey,
  processesKey,
  queueName,
  refusedProcessesKey,
  regionNoticeKey,
  regionSuspensionKey,
  RESOLVE_JOB_NAME,
  resolveJobId,
  servedRegionsKey,
} from "./queue.ts";
export { parametersFor } from "./read-parameters.ts";
export type { Parameters, WireParameters } from "./read-parameters.ts";
export { originalIndex } from "./read-recipients.ts";
export type { Recipients, SetAside } from "./read-recipients.ts";
export { isStaged, readSend, readStagedSend } from "./read-send.ts";
export type { ReadSend, ReadStagedSend, ReadySend, ReadyStagedSend } from "./read-send.ts";
export { isGroup, misspellingOf, normaliseRecipient } from "./recipient.ts";
export type { Misspelling } from "./recipient.ts";
export { AUTO_REGION, isRegionName, REGION_NAME_PATTERN, regionVariable } from "./region.ts";
export { recipientsPerSecond } from "./recipients-per-second.ts";
export {
  CHANGE_LIMITS,
  DEFAULT_REGION_LIMITS,
  defaultArguments,
  LIMIT_RANGES,
  overrideArguments,
  RATE_UNITS,
  readLimits,
  REQUEST_MS_FIELD,
} from "./region-limits.ts";
export type { RateUnit, RegionLimits, StoredLimits } from "./region-limits.ts";
export {
  LONGEST_TIMER_MS,
  numberBetween,
  objectWith,
  oneOf,
  OPTION,
  requireOptions,
  wholeNumber,
} from "./require-options.ts";
export type { OptionKind } from "./require-options.ts";
export { noRecipients, SEND_STATES, sendResultSchema } from "./result.ts";
export type { AcceptedBatch, PartFailure, RecipientCounts, RefusedRecipient, SendResult, SendState } from "./result.ts";
export { readRoutes } from "./routes.ts";
export type { ReadRoutes, Routes } from "./routes.ts";
export { DELIVERY_REPORTS, PRIORITIES, SEND_TYPES, sendSchema } from "./send.ts";
export type { Send, SendType, StagedSend } from "./send.ts";
export { isRoutedId, partId, partOf, regionOfSendId, sendId, sendOf } from "./send-id.ts";
export { shownId } from "./shown-id.ts";
export { pieceOf, stagedOf, stageKey } from "./staged.ts";
export type { Staged } from "./staged.ts";
export { packPiece, readPiece, withPieceParameters } from "./staged-piece.ts";
export type { StagedPiece } from "./staged-piece.ts";
export { looksLikeTime, readTime } from "./time.ts";
export { withoutNulls } from "./without-nulls.ts";
export { withoutNumbers } from "./without-numbers.ts";
