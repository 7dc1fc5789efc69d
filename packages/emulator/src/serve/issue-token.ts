import { jsonAnswer } from "../calls/answer.ts";
import { TOKEN_PATH } from "../tokens/token-store.ts";
import type { Endpoint } from "../endpoints/endpoint.ts";

/**
 * `POST /oauth2/token`: a token for the key in the Basic header, with `grant_type=client_credentials` in the form.
 *
 * The bodies of refusals are those of RFC 6749; Sinch publishes none.
 */
export const issueToken: Endpoint = {
  method: "POST",
  path: TOKEN_PATH,
  isOpen: true,
  handle: (call, { emulation: { credentials, tokens }, nowMs }) => {
    const keyId = credentials.keyOf(call.authorization);
    if (keyId === undefined) {
      tokens.refuse();
      const refused = jsonAnswer(401, { error: "invalid_client", error_description: "Client authentication failed." });
      return { ...refused, headers: { "www-authenticate": "Basic" } };
    }
    const grantType = new URLSearchParams(call.rawBody).get("grant_type");
    if (grantType !== "client_credentials") {
      tokens.refuse();
      return jsonAnswer(400, { error: grantType === null ? "invalid_request" : "unsupported_grant_type" });
    }
    const answer = jsonAnswer(200, {
      access_token: tokens.grant(keyId, nowMs),
      expires_in: tokens.tokenSeconds,
      scope: "",
      token_type: "bearer",
    });
    return { ...answer, headers: { "cache-control": "no-store" } };
  },
};
