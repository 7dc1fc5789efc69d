export { LOG_KEPT, readActions, writeAction } from "./action-log.ts";
export type { Action, LoggedAction, LogPage } from "./action-log.ts";
export { isPassword } from "./passwords.ts";
export type { AccountPlace } from "./place.ts";
export { endSession, lookUpSession, openSession, proofOf, SESSION_MS } from "./sessions.ts";
export type { SettingsAccount, SignedIn } from "./sessions.ts";
export { sharedSecret } from "./shared-secret.ts";
export { giveBackTry, isFirstOfHour, takeTry } from "./tries.ts";
export {
  accountProblems,
  addAccount,
  countAccounts,
  findAccount,
  listAccounts,
  MOST_ACCOUNTS,
  removeAccount,
  ROLES,
} from "./users.ts";
export type { Account, AccountInput, Role } from "./users.ts";
