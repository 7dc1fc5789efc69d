export { hear } from "./hearing/hear.ts";
export { createConfirmedScripts, UnconfirmedError } from "./list/confirmed-scripts.ts";
export { ENTRY_KINDS, ENTRY_LIMITS, packEntry, unpackEntry } from "./list/entry.ts";
export type { Entry, EntryKind } from "./list/entry.ts";
export { heardKey, listKeys, repliedKey } from "./list/list-keys.ts";
export { SUPPRESSIONS_LUA } from "./list/list-script.ts";
export { watchList } from "./list/list-watch.ts";
export type { ListWatch } from "./list/list-watch.ts";
export { createReplyPermits } from "./list/reply-permits.ts";
export type { Reply, ReplyPermits } from "./list/reply-permits.ts";
export { HEARD_LUA } from "./proof/heard.ts";
export type { HeardRow } from "./proof/heard.ts";
export { PROOF_S, proofKeys } from "./proof/proof-keys.ts";
export { openProofs } from "./proof/proofs.ts";
export type { KeptProof, LateBatch, Proofs } from "./proof/proofs.ts";
export { WITHHELD_LUA, WITHHELD_VALUES, withheldCall } from "./proof/withheld.ts";
export { readHash } from "./terms/hash-text.ts";
export { createNumbering, tokenOf, writeToken } from "./terms/numbering.ts";
export type { Numbering } from "./terms/numbering.ts";
export { readScopeCode, scopeCode } from "./terms/scope.ts";
export type { Scope } from "./terms/scope.ts";
export { createEntryCount } from "./list/count-entries.ts";
export type { EntryCount } from "./list/count-entries.ts";
export { forgetEntries } from "./list/forget-entries.ts";
export type { ListTraces } from "./list/forget-entries.ts";
export { carryList, COPY_OF, hashOfNumber, shownWho } from "./list/carry-list.ts";
export type { CarriedPlace } from "./list/carry-list.ts";
export { HOME_LIST, startListCarrier } from "./list/list-carrier.ts";
export type { ListCarrier } from "./list/list-carrier.ts";
export { openSuppressionList, OtherSecretError, placesOf } from "./list/suppression-list.ts";
export type { Added, Listed, Suppression, SuppressionList } from "./list/suppression-list.ts";
export { notTheList, UnreadableListError } from "./list/version.ts";
export type { Heard, HearingOptions } from "./hearing/hear.ts";
export {
  addWaiting,
  changeWaiting,
  dropWaiting,
  listWaiting,
  readWaiting,
  waitingBatchKey,
  waitingKey,
} from "./waiting/waiting-batches.ts";
export type { KeptWaiting, WaitingBatch, WaitingPlace } from "./waiting/waiting-batches.ts";
