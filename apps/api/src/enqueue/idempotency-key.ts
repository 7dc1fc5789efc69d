import type { IncomingHttpHeaders } from "node:http";
import type { ApiKey } from "@volley/keys";
import { ApiProblem } from "../terms/api-problem.ts";

/** As the document shows it. */
export const IDEMPOTENCY_HEADER = {
  "Idempotency-Key": {
    description:
      "Yours, 1 to 255 characters, bare or in quotes (RFC 8941). A repeated request with the same key sends nothing twice: what " +
      "was done is answered as it was, what was not done is done. Each API key has keys of its own, and so has each region.",
    required: true,
  },
} as const;

/** As most clients write it. */
const BARE = /^[\x21\x23-\x7e][\x20-\x7e]{0,254}$/;

/** A string of RFC 8941. */
const QUOTED = /^"(?<text>(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\]){1,510})"$/;

const MOST_CHARACTERS = 255;

/**
 * Reads `Idempotency-Key`.
 *
 * @returns the producer's key: those of two API keys never meet, and a rotated key goes on with its own
 * @throws ApiProblem `idempotency_key_missing`, `VOLLEY_INVALID_IDEMPOTENCY_KEY`
 */
export function requireIdempotencyKey(headers: IncomingHttpHeaders, { id }: Pick<ApiKey, "id">): string {
  const given = headers["idempotency-key"];
  if (given === undefined || given === "") {
    const detail = "expected an Idempotency-Key: without one a repeated request would send twice";
    throw new ApiProblem("idempotency_key_missing", detail);
  }
  const header = String(given);
  const text = QUOTED.exec(header)?.groups?.["text"]?.replaceAll(/\\(["\\])/g, "$1") ?? BARE.exec(header)?.[0];
  if (text !== undefined && text.length <= MOST_CHARACTERS) return `api ${id} ${text}`;
  const detail = `Idempotency-Key: expected 1 to ${MOST_CHARACTERS} characters of ASCII`;
  throw new ApiProblem("VOLLEY_INVALID_IDEMPOTENCY_KEY", detail);
}
