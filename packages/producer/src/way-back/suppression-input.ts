import { isSender, kindOf, normaliseRecipient } from "@volley/contract";
import { ENTRY_LIMITS, readHash, type Scope, scopeCode } from "@volley/opt-outs";
import { ProducerError } from "../terms/producer-error.ts";

/** Numbers in one step of Redis. */
const MOST_AT_ONCE = 1_000;

/** @throws ProducerError `VOLLEY_INVALID_SUPPRESSION` */
export function requireScope(scope: Scope): Scope {
  try {
    scopeCode(scope);
    // One that no send can have would keep nobody from being texted.
    if (typeof scope === "object" && "sender" in scope && !isSender(scope.sender.trim())) {
      throw invalidSuppression("sender: expected a number, a short code or at most 11 letters and digits");
    }
    return scope;
  } catch (error) {
    if (error instanceof ProducerError) throw error;
    throw invalidSuppression('scope: expected "all", { region } with the name of a region, or { sender }');
  }
}

/** A number as it goes over the wire. @throws ProducerError `VOLLEY_INVALID_SUPPRESSION` */
export function requireNumber(name: string, number: unknown): string {
  const digits = typeof number === "string" ? normaliseRecipient(number) : null;
  if (digits !== null && /^\d+$/.test(digits)) return digits;
  const got = kindOf(number, { isPrivate: true });
  throw invalidSuppression(`${name}: expected an international phone number, got ${got}`);
}

/** Whether a text is what stands in a suppression list in place of a number: `suppressions.add` takes it, too. */
export function isSuppressionHash(text: string): boolean {
  return readHash(text) !== null;
}

/** A number, or what stands in a list in its place. @throws ProducerError `VOLLEY_INVALID_SUPPRESSION` */
export function requireNumberOrHash(name: string, number: unknown): string {
  return typeof number === "string" && isSuppressionHash(number) ? number : requireNumber(name, number);
}

/** @throws ProducerError `VOLLEY_INVALID_SUPPRESSION` for one that is too long to be kept */
export function requireTexts(texts: { readonly who: string; readonly why: string }): void {
  for (const name of ["who", "why"] as const) {
    const [most, { length }] = [ENTRY_LIMITS[name], texts[name]];
    if (length > most) throw invalidSuppression(`${name}: expected at most ${most} characters, got ${length}`);
  }
}

/** Each number once, as it goes over the wire. @throws ProducerError `VOLLEY_INVALID_SUPPRESSION` */
export function piecesOf(numbers: unknown, requireOne = requireNumber): string[][] {
  const all: unknown[] = Array.isArray(numbers) ? numbers : [numbers];
  const read = all.map((number, index) => requireOne(`numbers[${index}]`, number));
  const each = [...new Set(read)];
  const pieces = Math.ceil(each.length / MOST_AT_ONCE);
  return Array.from({ length: pieces }, (_, piece) => each.slice(piece * MOST_AT_ONCE, (piece + 1) * MOST_AT_ONCE));
}

/** An error about what was given. @param message - names the field, and never a number */
export function invalidSuppression(message: string): ProducerError {
  return new ProducerError("VOLLEY_INVALID_SUPPRESSION", message);
}
