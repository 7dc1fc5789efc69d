export { clientReference, MAX_CLIENT_REFERENCE_CHARACTERS } from "./names/client-reference.ts";
export {
  addCounts,
  combinedState,
  CONTENT_CHANGED,
  gravestState,
  PART_FAILED,
  PART_REMOVED,
  stateOfSend,
} from "./job/combined-result.ts";
export { contentDigest, listDigest } from "./send/content-digest.ts";
export { isRetriedByCode, keepsValues } from "./send/keeps-values.ts";
export { differingFields, fingerprint } from "./send/fingerprint.ts";
export { InvalidSendError } from "./problems/invalid-send-error.ts";
export { isNewerPayload, NEWER_VERSION, PAYLOAD_VERSION } from "./send/payload-version.ts";
export { readJobData } from "./job/job-data.ts";
export type { JobData, PlannedSend, SettledSend, Unsent } from "./job/job-data.ts";
export { sendJsonSchema } from "./send/json-schema.ts";
export { isShownName, kindOf, shownName } from "./problems/kind-of.ts";
export type { KindOptions } from "./problems/kind-of.ts";
export { DECISION_STEM, decidedOf, decisionFields, LEDGER_FIELD, ledgerFields, readLedger } from "./job/ledger.ts";
export type { KeptLedger, Ledger, LedgerSubject } from "./job/ledger.ts";
export { LIMITS } from "./values/send-limits.ts";
export { countSegments, firstUnicodeCharacter, textFor } from "./text/segments.ts";
export type { TextSize } from "./text/segments.ts";
export { nearestField } from "./problems/nearest-field.ts";
export { nearestRegion } from "./names/nearest-region.ts";
export { unreadSettings } from "./names/unread-settings.ts";
export { onTheWire } from "./send/on-the-wire.ts";
export type { OnTheWire } from "./send/on-the-wire.ts";
export { otherPlaceholdersIn } from "./text/other-placeholders.ts";
export { pastSendAt } from "./send/past-send-at.ts";
export { hasValues, keysWithoutDefault, PLACEHOLDER, placeholdersIn } from "./text/placeholders.ts";
export { expectationOf } from "./problems/problem.ts";
export type { Problem } from "./problems/problem.ts";
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
} from "./names/queue.ts";
export { parametersFor } from "./recipients/read-parameters.ts";
export type { Parameters, WireParameters } from "./recipients/read-parameters.ts";
export { valuesOfNumbers } from "./recipients/number-values.ts";
export { originalIndex } from "./recipients/read-recipients.ts";
export type { Recipients, Rejection } from "./recipients/read-recipients.ts";
export { isStaged, readSend, readStagedSend } from "./send/read-send.ts";
export type { ReadSend, ReadStagedSend, ReadySend, ReadyStagedSend } from "./send/read-send.ts";
export { isGroup, misspellingOf, normaliseRecipient } from "./recipients/recipient.ts";
export type { Misspelling } from "./recipients/recipient.ts";
export { faultOf, standInFor, wrongRecipient } from "./recipients/wrong-recipient.ts";
export type { LineFault, WrongRecipient } from "./recipients/wrong-recipient.ts";
export {
  AUTO_REGION,
  EVENTS_NAME,
  isRegionName,
  REGION_NAME_PATTERN,
  REGION_NAMES_EXPECTED,
  regionVariable,
} from "./names/region.ts";
export { recipientsPerSecond } from "./regions/recipients-per-second.ts";
export {
  CHANGE_LIMITS,
  DEFAULT_REGION_LIMITS,
  defaultArguments,
  LEAD_MS_FIELD,
  LIMIT_RANGES,
  overrideArguments,
  RATE_UNITS,
  readLimits,
  REQUEST_MS_FIELD,
} from "./regions/region-limits.ts";
export type { RateUnit, RegionLimits, StoredLimits } from "./regions/region-limits.ts";
export {
  LONGEST_TIMER_MS,
  numberBetween,
  objectWith,
  oneOf,
  OPTION,
  requireOptions,
  wholeNumber,
} from "./problems/require-options.ts";
export type { OptionKind } from "./problems/require-options.ts";
export {
  LIST_SEND,
  LISTED_KINDS,
  LISTED_MS,
  LISTED_OPTION,
  listedWords,
  readListed,
  sendsKey,
  writeListed,
} from "./job/listed-send.ts";
export type { ListedKind, ListedRow } from "./job/listed-send.ts";
export { noRecipients, SEND_STATES, sendResultSchema } from "./job/result.ts";
export type {
  AcceptedBatch,
  PartFailure,
  RecipientCounts,
  RejectedRecipient,
  SendResult,
  SendState,
} from "./job/result.ts";
export { referredSend } from "./names/referred-send.ts";
export type { ReferredSend } from "./names/referred-send.ts";
export { readRoutes } from "./regions/routes.ts";
export type { ReadRoutes, Routes } from "./regions/routes.ts";
export { DELIVERY_REPORTS, isLabel, isSender, PRIORITIES, SEND_TYPES, sendSchema } from "./send/send.ts";
export type { Send, SendType, StagedSend } from "./send/send.ts";
export { isCountedId, isRoutedId, partId, partOf, regionOfSendId, sendId, sendOf } from "./names/send-id.ts";
export { shownId } from "./names/shown-id.ts";
export { pieceOf, stagedOf, stageKey } from "./recipients/staged.ts";
export type { Staged } from "./recipients/staged.ts";
export { packPiece, readPiece, withPieceParameters } from "./recipients/staged-piece.ts";
export type { StagedPiece } from "./recipients/staged-piece.ts";
export { holdLease, type Lease, leaveLease } from "./values/lease.ts";
export { createRedisScript, isUnknownScript } from "./values/redis-script.ts";
export type { RedisScript, ScriptConnection } from "./values/redis-script.ts";
export { looksLikeTime, readTime } from "./values/time.ts";
export { withoutNulls } from "./values/without-nulls.ts";
export { wireFields } from "./send/wire-fields.ts";
export { withoutNumbers } from "./values/without-numbers.ts";
export { isForgotten, newForgotten } from "./recipients/forgotten.ts";
export { personOf } from "./recipients/person.ts";
export type { Person } from "./recipients/person.ts";
export { withBlankText, withoutPerson } from "./job/without-person.ts";
