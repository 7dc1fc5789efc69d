import { recipientKey } from "../values/parse-recipient.ts";
import { isFields } from "../values/fields.ts";
import { parseJson } from "../values/parse-json.ts";
import type { ParsedJson } from "../values/parse-json.ts";

/** What came over the wire, before anybody looked inside. */
export interface RawCall {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly contentType: string | undefined;
  readonly authorization: string | undefined;
  readonly rawBody: string;
  /** The values of the route's `:names`. */
  readonly params: Readonly<Record<string, string>>;
}

/** One request to the Sinch API, read once and shared by faults and endpoints. */
export interface Call extends RawCall {
  readonly plan: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: ParsedJson;
  /** Entries of `to`; 0 for a request without any. */
  readonly recipientCount: number;
  /** The reference in the body, or the one that a list is asked for. */
  readonly clientReference: string | undefined;
  /** Whether `to` names this recipient, however either is written. */
  hasRecipient(recipient: string): boolean;
}

const PLAN = /^\/xms\/v1\/([^/?]*)/;

/** Reads a request. Nothing is refused here: faults strike bad requests, too. */
export function readCall(raw: RawCall): Call {
  const { path, query: written } = splitUrl(raw.url);
  const query = new URLSearchParams(written);
  const body = parseJson(raw.rawBody);
  const fields = body.isJson && isFields(body.value) ? body.value : {};
  const to: readonly unknown[] = Array.isArray(fields["to"]) ? fields["to"] : [];
  const reference = fields["client_reference"] ?? query.get("client_reference");
  let keys: Set<number | string> | undefined;
  return {
    ...raw,
    plan: planOf(raw.url),
    path,
    query,
    body,
    recipientCount: to.length,
    clientReference: typeof reference === "string" ? reference : undefined,
    hasRecipient: (recipient) => {
      keys ??= new Set(to.map((entry) => (typeof entry === "string" ? recipientKey(entry) : "")));
      return keys.has(recipientKey(recipient));
    },
  };
}

/** The path of a URL, and what stands after its first `?`: any further one belongs to the query. */
export function splitUrl(url: string): { readonly path: string; readonly query: string } {
  const at = url.indexOf("?");
  return at === -1 ? { path: url, query: "" } : { path: url.slice(0, at), query: url.slice(at + 1) };
}

/** The plan that a path names; empty when it names none. */
export function planOf(url: string): string {
  const encoded = PLAN.exec(url)?.[1] ?? "";
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded;
  }
}
