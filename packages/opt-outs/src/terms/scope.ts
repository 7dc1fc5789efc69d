import { normaliseRecipient, REGION_NAME_PATTERN } from "@volley/contract";

/** For whom somebody is suppressed: for everybody, in one region, or for one sender of ours. */
export type Scope = "all" | { readonly region: string } | { readonly sender: string };

/** The longest sender there is: digits of a number, or the letters of a name, with room for what is to come. */
const SENDER = /^[^\p{Cc}\s]{1,40}$/u;

/** A sender as it is compared: numbers without `+` and blanks, names whatever their case. */
export function senderKey(sender: string): string {
  return normaliseRecipient(sender) ?? sender.replace(/^\+|[\s\-()]/g, "").toLowerCase();
}

/** How a scope stands in Redis. @throws TypeError for one that is none, without its value */
export function scopeCode(scope: Scope): string {
  if (scope === "all") return "";
  if (typeof scope === "object" && scope !== null) {
    if ("region" in scope && typeof scope.region === "string" && REGION_NAME_PATTERN.test(scope.region)) {
      return `r${scope.region}`;
    }
    const sender = "sender" in scope && typeof scope.sender === "string" ? senderKey(scope.sender) : "";
    if (SENDER.test(sender)) return `s${sender}`;
  }
  throw new TypeError('scope: expected "all", { region } with the name of a region, or { sender }');
}

/** @param code - of {@link scopeCode} */
export function readScopeCode(code: string): Scope {
  if (code.startsWith("r")) return { region: code.slice(1) };
  return code.startsWith("s") ? { sender: code.slice(1) } : "all";
}
