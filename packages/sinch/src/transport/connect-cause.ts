/** Why no connection was made. */
export type ConnectCause = "unknown_host" | "dns_failed" | "wrong_certificate" | "connect_failed";

/** What OpenSSL and Node say of a certificate that they do not take (`X509_V_ERR_…`, `ERR_TLS_CERT_…`). */
const CERTIFICATE_CODES: ReadonlySet<string> = new Set([
  "CERT_CHAIN_TOO_LONG",
  "CERT_HAS_EXPIRED",
  "CERT_NOT_YET_VALID",
  "CERT_REJECTED",
  "CERT_REVOKED",
  "CERT_SIGNATURE_FAILURE",
  "CERT_UNTRUSTED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "ERROR_IN_CERT_NOT_AFTER_FIELD",
  "ERROR_IN_CERT_NOT_BEFORE_FIELD",
  "ERR_TLS_CERT_ALTNAME_FORMAT",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "HOSTNAME_MISMATCH",
  "INVALID_CA",
  "INVALID_PURPOSE",
  "PATH_LENGTH_EXCEEDED",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY",
  "UNABLE_TO_DECRYPT_CERT_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);

/**
 * Tells what a person has to mend from what passes: a name that nobody has and a certificate that is not taken are the
 * set-up's fault, a resolver that does not answer and a host that does not listen may be so for a moment.
 *
 * @param code - Node's own: `ENOTFOUND` is the resolver's word that there is no such name, any other of its codes
 *   (`EAI_AGAIN`, …) that it does not know
 */
export function connectCause(code: string): ConnectCause {
  if (code === "ENOTFOUND") return "unknown_host";
  if (code.startsWith("EAI_")) return "dns_failed";
  return CERTIFICATE_CODES.has(code) ? "wrong_certificate" : "connect_failed";
}
