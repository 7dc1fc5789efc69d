import type { ApiKey, Scope } from "@volley/keys";
import { ApiProblem } from "../terms/api-problem.ts";
import type { KeyBook } from "./key-book.ts";

const CHALLENGE = 'Bearer realm="Volley"';

const REASONS = {
  unknown: { code: "key_unknown", detail: "expected a key that there is: volley key create makes one" },
  expired: { code: "key_expired", detail: "the key has expired: make a new one, or rotate it earlier" },
  revoked: { code: "key_revoked", detail: "the key was revoked" },
} as const;

/**
 * Looks at the `Authorization` of a request.
 *
 * @throws ApiProblem `key_missing`, `key_unknown`, `key_expired`, `key_revoked`
 */
export async function requireKey(header: string | undefined, book: KeyBook): Promise<ApiKey> {
  const text = /^Bearer +(?<key>\S+) *$/i.exec(header ?? "")?.groups?.["key"];
  if (text === undefined) {
    const detail = "expected a key: Authorization: Bearer vk_…";
    throw new ApiProblem("key_missing", detail, { headers: { "www-authenticate": CHALLENGE } });
  }
  const found = await book.look(text);
  if (found.ok) return found.key;
  const { code, detail } = REASONS[found.reason];
  throw new ApiProblem(code, detail, { headers: { "www-authenticate": `${CHALLENGE}, error="invalid_token"` } });
}

/** @throws ApiProblem `scope_missing` */
export function requireScope({ scopes }: Pick<ApiKey, "scopes">, scope: Scope): void {
  if (!scopes.includes(scope)) throw new ApiProblem("scope_missing", `expected a key with the scope ${scope}`);
}
